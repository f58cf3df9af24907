import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { backupSpec, backupStatus } from "./schema/backup.ts";

/** One backup of a hosted cluster: its etcd, and all in the management cluster that belongs to it. */
export type Backup = Resource & { spec: Static<typeof backupSpec>; status?: Static<typeof backupStatus> };
export const Backup = kind<Backup>("recovery.roost.dev/v1alpha1", "Backup", "backups");

/** Annotation of a Backup: any new value has all of it read again and compared with what was stored. */
export const verifyAnnotation = "recovery.roost.dev/verify";
/** Annotation of a Backup: `true` leaves what lies in the location there when the Backup is deleted. */
export const keepStoredAnnotation = "recovery.roost.dev/keep-stored";
/** Label of a Backup: the BackupSchedule that made it. */
export const scheduleLabel = "recovery.roost.dev/schedule";
