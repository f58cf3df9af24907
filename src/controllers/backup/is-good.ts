import type { Backup } from "../../api/backup.ts";
import { isFalse, isTrue } from "../../kube/conditions.ts";

/** True for a backup that is complete and that nobody found damaged. */
export function isGood({ metadata, status }: Backup): boolean {
  const { conditions, completedAt } = status ?? {};
  const isThere = completedAt !== undefined && !metadata?.deletionTimestamp;
  return isThere && isTrue(conditions, "Succeeded") && !isFalse(conditions, "Verified");
}
