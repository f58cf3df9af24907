import type { BackupSchedule } from "../../api/backup-schedule.ts";
import { type Condition, type ConditionUpdate, findCondition } from "../../kube/conditions.ts";

/**
 * What a cluster's schedules say of its backups: the worst of it, in their words. Nothing where there is no schedule,
 * or none that has been looked at.
 */
export function backupCondition(schedules: readonly BackupSchedule[]): ConditionUpdate | undefined {
  const found = schedules
    .filter(({ metadata }) => !metadata?.deletionTimestamp)
    .flatMap(({ status }) => findCondition(status?.conditions as Condition[] | undefined, "BackupCurrent") ?? []);
  const worst = (["False", "Unknown", "True"] as const).flatMap((each) =>
    found.filter(({ status }) => status === each),
  )[0];
  if (!worst) return undefined;
  const { status, reason, message } = worst;
  return { type: "BackupCurrent", status, reason, message };
}
