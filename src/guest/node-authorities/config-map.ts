import type { ConfigMap } from "../../kube/kinds.ts";
import type { Facts } from "../facts.ts";

/** The authorities of the API server and of those who may call kubelets. */
export function configMap({ nodeAuthorities }: Pick<Facts, "nodeAuthorities">): ConfigMap | undefined {
  if (!nodeAuthorities) return;
  const { apiServer, kubeletClients } = nodeAuthorities;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "node-authorities", namespace: "kube-system" },
    data: { "api-server.crt": apiServer, "kubelet-clients.crt": kubeletClients },
  };
}
