import type { PodDisruptionBudget } from "../../kube/kinds.ts";

/** Keeps one CoreDNS answering while nodes are drained. */
export function disruptionBudget(): PodDisruptionBudget {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "coredns", namespace: "kube-system" },
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { "k8s-app": "kube-dns" } },
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    },
  };
}
