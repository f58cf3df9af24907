import type { Restore } from "../../api/index.ts";

/**
 * The other Restores of the same cluster that this one does not begin beside: those that have begun and are not over,
 * and those that were asked for earlier, whether they have begun or not. One that is only to be made comes last.
 */
export function othersFirst(restore: Restore, restores: readonly Restore[]): Restore[] {
  return restores.filter(
    (other) =>
      other.metadata?.name !== restore.metadata?.name &&
      other.spec.clusterName === restore.spec.clusterName &&
      other.status?.completedAt === undefined &&
      (other.status?.operations !== undefined || (!other.metadata?.deletionTimestamp && isEarlier(other, restore))),
  );
}

/** Of two in the same second the name decides: for both the same. */
function isEarlier({ metadata: one }: Restore, { metadata: two }: Restore): boolean {
  if (!two?.creationTimestamp) return true;
  const [first, second] = [one, two].map((each) => Date.parse(each?.creationTimestamp ?? ""));
  return first === second ? (one?.name ?? "") < (two.name ?? "") : (first ?? 0) < (second ?? 0);
}
