import type { Facts } from "./facts.ts";

/**
 * How many nodes may be without a DaemonSet's pod while it rolls out: a tenth of those that are ready, and one at least.
 * Those that are not ready count as without it, maybe for ever: the others go on beside them.
 */
export function nodesAtATime({ nodesReady, nodesNotReady }: Pick<Facts, "nodesReady" | "nodesNotReady">): number {
  return nodesNotReady + Math.max(1, Math.ceil(nodesReady / 10));
}
