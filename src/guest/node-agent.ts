import type { DaemonSet } from "../kube/kinds.ts";
import { configHash, configHashAnnotation } from "../rendering/config-hash.ts";
import type { Facts } from "./facts.ts";
import { nodesAtATime } from "./nodes-at-a-time.ts";

type PodSpec = NonNullable<NonNullable<NonNullable<DaemonSet["spec"]>["template"]>["spec"]>;

export interface NodeAgentOptions {
  name: string;
  /** How many nodes at a time get a new one, where it is not as usual. */
  maxUnavailable?: string;
  /** How long a new one is at work before the next node gets one. */
  minReadySeconds?: number;
  pod: PodSpec;
  /** What the pods read when they start: with other content they are started anew. */
  config?: unknown;
}

/** A DaemonSet in kube-system with one pod on every node, whatever is wrong with the node, in the node's own network. */
export function nodeAgent(facts: Facts, options: NodeAgentOptions): DaemonSet {
  const { name, maxUnavailable = nodesAtATime(facts), minReadySeconds, pod, config } = options;
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: "kube-system", labels: { app: name } },
    spec: {
      selector: { matchLabels: { app: name } },
      revisionHistoryLimit: 2,
      minReadySeconds,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable } },
      template: {
        metadata: { labels: { app: name }, ...(config !== undefined && { annotations: configAnnotation(config) }) },
        spec: {
          hostNetwork: true,
          // The node's resolver: the cluster's own is not there before these pods are.
          dnsPolicy: "Default",
          priorityClassName: "system-node-critical",
          nodeSelector: { "kubernetes.io/os": "linux" },
          tolerations: [{ operator: "Exists" }],
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 5,
          ...pod,
        },
      },
    },
  };
}

/** An annotation for a pod template that changes with this content. */
export function configAnnotation(config: unknown): Record<string, string> {
  return { [configHashAnnotation]: configHash(JSON.stringify(config)) };
}
