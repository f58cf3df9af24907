import { isIPv6 } from "node:net";
import { clusterNetworks } from "../../control-plane/control-plane.ts";
import { hostPort } from "../../control-plane/endpoints.ts";
import type { ConfigMap } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";

const credentials = "/var/run/secrets/kubernetes.io/serviceaccount";

/** kube-proxy's configuration, and a kubeconfig with the API server's external address: it cannot use a Service itself. */
export function config(facts: Facts): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-proxy", namespace: "kube-system" },
    data: {
      // Refuses connections to ports that no Service has, which iptables mode lets out of the node by its default route.
      "config.json": `${JSON.stringify(configuration(facts, "nftables"), null, 2)}\n`,
      "config-iptables.json": `${JSON.stringify(configuration(facts, "iptables"), null, 2)}\n`,
      "kubeconfig.json": `${JSON.stringify(kubeconfig(facts), null, 2)}\n`,
    },
  };
}

function configuration(facts: Facts, mode: "nftables" | "iptables"): object {
  const networks = clusterNetworks(facts).map(({ cidr }) => cidr);
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode,
    clientConnection: { kubeconfig: "/etc/kube-proxy/kubeconfig.json" },
    clusterCIDR: networks.join(","),
    detectLocalMode: "ClusterCIDR",
    // What iptables mode does by itself; nftables mode would leave out second addresses and virtual ones.
    nodePortAddresses: networks.map((cidr) => (isIPv6(cidr.split("/")[0] ?? "") ? "::/0" : "0.0.0.0/0")),
    // Zero leaves the kernel's own limits as they are: machines that are containers may not raise them.
    conntrack: { maxPerCore: 0, min: 0 },
  };
}

function kubeconfig({ endpoints }: Facts): object {
  if (!endpoints.api) throw new Error("Cannot render kube-proxy before the API server's external address is known");
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "default",
    clusters: [
      {
        name: "default",
        cluster: { server: `https://${hostPort(endpoints.api)}`, "certificate-authority": `${credentials}/ca.crt` },
      },
    ],
    users: [{ name: "default", user: { tokenFile: `${credentials}/token` } }],
    contexts: [{ name: "default", context: { cluster: "default", user: "default" } }],
  };
}
