import { createHash } from "node:crypto";
import type { ConfigMap, Service } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import { type Cluster, dnsServiceAddress } from "../cluster.ts";
import { deployment } from "./deployment.ts";
import { read, serviceAccountWith } from "./role.ts";

const name = "coredns";
const namespace = "kube-system";

/** DNS of the cluster; every other name is asked of the environment's DNS server. */
export function coredns(cluster: Cluster, image: string): Resource[] {
  const corefile = corefileOf(cluster);
  const config: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data: { Corefile: corefile },
  };
  const service: Service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kube-dns", namespace },
    spec: {
      clusterIP: dnsServiceAddress(cluster),
      selector: { app: name },
      ports: [
        { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
        { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
      ],
    },
  };
  return [
    ...serviceAccountWith(name, namespace, [
      { group: "", resources: ["services", "pods", "namespaces"], verbs: read },
      { group: "discovery.k8s.io", resources: ["endpointslices"], verbs: read },
    ]),
    config,
    service,
    deployment({
      name,
      namespace,
      configuration: createHash("sha256").update(corefile).digest("hex").slice(0, 16),
      container: {
        image,
        command: ["coredns", "-conf", "/etc/coredns/Corefile"],
        volumeMounts: [{ name: "config", mountPath: "/etc/coredns" }],
        readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
        resources: { requests: { cpu: "10m", memory: "40Mi" } },
      },
      volumes: [{ name: "config", configMap: { name } }],
    }),
  ];
}

// Names that do not exist are remembered for a second only: they are about to, when a control plane is made.
function corefileOf(cluster: Cluster): string {
  return `.:53 {
  errors
  ready
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    pods insecure
    ttl 5
  }
  forward . ${cluster.services.address}
  cache 5 {
    denial 9984 1
  }
}
`;
}
