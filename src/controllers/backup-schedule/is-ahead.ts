import type { Backup } from "../../api/backup.ts";
import { findCondition } from "../../kube/conditions.ts";
import { isFinished } from "../backup/is-finished.ts";

/**
 * Whether a backup is still to come about, so that the next one waits for it. One that waits for a location which its
 * schedule no longer names may wait for ever.
 */
export function isAhead(backup: Backup, locationName: string): boolean {
  const { metadata, spec, status } = backup;
  if (isFinished(backup) || metadata?.deletionTimestamp) return false;
  const isWaiting = findCondition(status?.conditions, "Succeeded")?.reason === "LocationNotFound";
  return !isWaiting || spec.locationName === locationName;
}
