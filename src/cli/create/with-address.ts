import type { Kubeconfig } from "../../kube/kubeconfig.ts";

/** The kubeconfig with an address in place of the server's host name, which still is what its certificate must say. */
export function withAddress(config: Kubeconfig, address: string): Kubeconfig {
  return {
    ...config,
    clusters: config.clusters?.map((entry) => {
      if (!entry.cluster?.server) return entry;
      const url = new URL(entry.cluster.server);
      const host = address.includes(":") ? `[${address}]` : address;
      const server = `https://${host}:${url.port || "443"}${url.pathname === "/" ? "" : url.pathname}`;
      return { ...entry, cluster: { ...entry.cluster, server, "tls-server-name": url.hostname } };
    }),
  };
}
