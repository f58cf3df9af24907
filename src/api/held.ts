import type { Resource } from "../kube/resource.ts";

/**
 * The annotation of a HostedCluster that a restore makes again: what of it nobody is to act on yet. Its author may take
 * it away, and with that lets the machines go on their own responsibility.
 */
export const heldAnnotation = "recovery.roost.dev/held";

/**
 * Beside it, where the HostedCluster was there before the restore: the uid of the Restore that holds it. Only that one
 * lets it go where it is taken back; another cluster that was given the name meanwhile is not its own.
 */
export const heldByAnnotation = "recovery.roost.dev/held-by";

/** Nothing of the cluster, or nothing of its machines. */
export type Held = "everything" | "machines";

/** What is held of a cluster; words that nobody knows hold everything. */
export function heldOf({ metadata }: Resource): Held | undefined {
  const text = metadata?.annotations?.[heldAnnotation];
  if (text === undefined) return undefined;
  return text === "machines" ? "machines" : "everything";
}
