import { isTrue } from "../../kube/conditions.ts";
import { Node, Pod } from "../../kube/kinds.ts";
import type { CheckFacts } from "./check.ts";

/** A ready node and the pod of kube-proxy on it: there on every node, in the node's own network, with a shell. */
export interface NodePod {
  node: string;
  pod: string;
}

/** Where these pods are, and which of their containers it is. */
export const shell = { namespace: "kube-system", container: "kube-proxy" };

/** Of a node, what checks need: its users can make one as large as they like. */
function nodeFacts({ metadata, status }: Node): Node {
  const conditions = status?.conditions?.filter(({ type }) => type === "Ready");
  return { metadata: { name: metadata?.name, resourceVersion: metadata?.resourceVersion }, status: { conditions } };
}

function podFacts({ metadata, spec, status }: Pod): Pod {
  const { name, namespace, resourceVersion } = metadata ?? {};
  return {
    metadata: { name, namespace, resourceVersion },
    spec: { nodeName: spec?.nodeName, containers: [] },
    status: { phase: status?.phase },
  };
}

/** All nodes, those that are ready, and the pods on the latter that can be asked. */
export async function nodePods({ hosted: { kube }, signal }: CheckFacts) {
  const [nodes, pods] = await Promise.all([
    kube.list(Node, { pick: nodeFacts, signal }),
    kube.list(Pod, { namespace: shell.namespace, labels: { app: shell.container }, pick: podFacts, signal }),
  ]);
  const ready = nodes.filter(({ status }) => isTrue(status?.conditions, "Ready")).map(nameOf);
  const running = pods.filter(({ status }) => status?.phase === "Running");
  const found = running.flatMap((pod): NodePod[] => {
    const node = pod.spec?.nodeName ?? "";
    return ready.includes(node) ? [{ node, pod: nameOf(pod) }] : [];
  });
  return { nodes: nodes.map(nameOf).sort(), ready: ready.sort(), pods: found };
}

const nameOf = ({ metadata }: Node | Pod) => metadata?.name ?? "";
