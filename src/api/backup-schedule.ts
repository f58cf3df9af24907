import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { backupScheduleSpec, backupScheduleStatus } from "./schema/backup-schedule.ts";

/** Makes backups of a hosted cluster again and again, and deletes old ones. */
export type BackupSchedule = Resource & {
  spec: Static<typeof backupScheduleSpec>;
  status?: Static<typeof backupScheduleStatus>;
};
export const BackupSchedule = kind<BackupSchedule>("recovery.roost.dev/v1alpha1", "BackupSchedule", "backupschedules");
