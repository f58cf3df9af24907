import { addressInNetwork } from "../../control-plane/address-in-network.ts";
import { serviceNetworks } from "../../control-plane/control-plane.ts";
import type { Service } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";

/** The Service that kubelets name to every pod as its resolver. */
export function service(facts: Facts): Service {
  const networks = serviceNetworks(facts);
  const addresses = networks.map((network) => addressInNetwork(network, 10));
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace: "kube-system",
      labels: { "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
    },
    spec: {
      selector: { "k8s-app": "kube-dns" },
      clusterIP: addresses[0],
      clusterIPs: addresses,
      ...(networks.length > 1 && { ipFamilyPolicy: "RequireDualStack" }),
      ports: [
        { name: "dns", port: 53, protocol: "UDP", targetPort: "dns" },
        { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: "dns-tcp" },
        { name: "metrics", port: 9153, protocol: "TCP", targetPort: "metrics" },
      ],
    },
  };
}
