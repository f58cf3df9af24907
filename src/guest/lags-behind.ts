import type { DaemonSet } from "../kube/kinds.ts";
import { configHashAnnotation } from "../rendering/config-hash.ts";

/**
 * Whether pods of a DaemonSet, as it is there, read other content when they started than it is to have, or get the
 * present content while other nodes count as lost than did when that began: one more such node would hold up the rest.
 */
export function lagsBehind({ spec, status }: DaemonSet, wanted: DaemonSet): boolean {
  if (contentOf(spec) !== contentOf(wanted.spec)) return true;
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0 } = status ?? {};
  return updatedNumberScheduled < desiredNumberScheduled && atATime(spec) !== atATime(wanted.spec);
}

const contentOf = (spec: DaemonSet["spec"]) => spec?.template.metadata?.annotations?.[configHashAnnotation];

const atATime = (spec: DaemonSet["spec"]) => {
  const { maxSurge, maxUnavailable } = spec?.updateStrategy?.rollingUpdate ?? {};
  return maxSurge || maxUnavailable;
};
