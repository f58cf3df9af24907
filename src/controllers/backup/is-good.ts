import type { Backup } from "../../api/backup.ts";
import { isTrue } from "../../kube/conditions.ts";

/**
 * True for a backup that is complete and in which the last look found no damage. The finding counts and not the
 * condition: while it is read once more, or cannot be read, a damaged one is no better.
 */
export function isGood({ metadata, status }: Backup): boolean {
  const { conditions, completedAt, verification } = status ?? {};
  const isThere = completedAt !== undefined && !metadata?.deletionTimestamp;
  return isThere && isTrue(conditions, "Succeeded") && !verification?.problems?.length;
}
