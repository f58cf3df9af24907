import { sentenceOf } from "../../kube/log.ts";
import { type CheckFacts, type Finding, failed, passed, skipped } from "./check.ts";
import { type NodePod, nodePods } from "./node-pods.ts";

/** So many are asked: one is enough to see that the way is open, and a large cluster is not to be asked node by node. */
const mostNodes = 3;

/** Tries something on some nodes, through konnectivity. `attempt` says why it did not work, or nothing. */
export async function onSomeNodes(
  facts: CheckFacts,
  what: string,
  attempt: (pod: NodePod) => Promise<string | undefined>,
): Promise<Finding> {
  const { nodes, ready, pods } = await nodePods(facts);
  if (nodes.length === 0) return skipped("The cluster has no nodes");
  if (ready.length === 0) return failed(`None of ${nodes.length} nodes is ready: ${named(nodes)}`);
  const some = pods.sort((a, b) => a.node.localeCompare(b.node)).slice(0, mostNodes);
  if (some.length === 0) return failed(`No pod of kube-proxy runs on the ready nodes ${named(ready)}`);
  const problems = await Promise.all(
    some.map((pod) => attempt(pod).then((problem) => problem && `${pod.node}: ${problem}`, sentence(pod))),
  );
  const found = problems.filter((problem) => problem !== undefined);
  return found.length > 0 ? failed(found.join("; ")) : passed(`${what} on ${named(some.map(({ node }) => node))}`);
}

const sentence =
  ({ node }: NodePod) =>
  (error: unknown) =>
    `${node}: ${sentenceOf(error)}`;

const mostNames = 10;

/** Names in a sentence, not all of a large cluster's. */
export function named(names: readonly string[]): string {
  const more = names.length - mostNames;
  return `${names.slice(0, mostNames).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
