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
  /**
   * Where it is a function, a new pod starts beside the one that it replaces, which goes when the new one has been at
   * work for so long. Both are in the node's network: it is given an address of the node itself that the other has not.
   */
  pod: PodSpec | ((loopback: string) => PodSpec);
  /** When somebody last had them started anew (`kubectl rollout restart`): these pods, too, need another address. */
  restartedAt?: string;
  /** What the pods read when they start: with other content they are started anew. */
  config?: unknown;
}

/** A DaemonSet in kube-system with one pod on every node, whatever is wrong with the node, in the node's own network. */
export function nodeAgent(facts: Facts, options: NodeAgentOptions): DaemonSet {
  const { name, maxUnavailable = nodesAtATime(facts), minReadySeconds, pod } = options;
  const rollingUpdate =
    typeof pod === "function" ? { maxSurge: maxUnavailable, maxUnavailable: 0 } : { maxUnavailable };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace: "kube-system", labels: { app: name } },
    spec: {
      selector: { matchLabels: { app: name } },
      revisionHistoryLimit: 2,
      minReadySeconds,
      updateStrategy: { type: "RollingUpdate", rollingUpdate },
      template: typeof pod === "function" ? withOwnLoopback(options, pod) : template(options, pod),
    },
  };
}

type Template = NonNullable<DaemonSet["spec"]>["template"];

function template({ name, config }: NodeAgentOptions, pod: PodSpec): Template {
  return {
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
  };
}

/** Another template, another address: all of 127.0.0.0/8 is the node itself (RFC 1122, 3.2.1.3). */
function withOwnLoopback(options: NodeAgentOptions, pod: (loopback: string) => PodSpec): Template {
  const digest = configHash(JSON.stringify([template(options, pod("")), options.restartedAt]));
  const part = (at: number) => 1 + (Number.parseInt(digest.slice(at, at + 2), 16) % 254);
  return template(options, pod(`127.${part(0)}.${part(2)}.${part(4)}`));
}

/** An annotation for a pod template that changes with this content. */
export function configAnnotation(config: unknown): Record<string, string> {
  return { [configHashAnnotation]: configHash(JSON.stringify(config)) };
}
