import type { Backup } from "../../api/backup.ts";
import { findCondition } from "../../kube/conditions.ts";

/** True for a backup that is complete or has failed for good. */
export function isFinished({ status }: Backup): boolean {
  return ["True", "False"].includes(findCondition(status?.conditions, "Succeeded")?.status ?? "");
}
