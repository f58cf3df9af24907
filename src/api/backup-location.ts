import type { Static } from "typebox";
import { clusterKind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { backupLocationSpec, backupLocationStatus } from "./schema/backup-location.ts";

/** A place that backups are kept in. */
export type BackupLocation = Resource & {
  spec: Static<typeof backupLocationSpec>;
  status?: Static<typeof backupLocationStatus>;
};

/** One of the backups that a location was found to have. */
export type FoundBackup = NonNullable<NonNullable<BackupLocation["status"]>["backups"]>[number];

export const BackupLocation = clusterKind<BackupLocation>(
  "recovery.roost.dev/v1alpha1",
  "BackupLocation",
  "backuplocations",
);

/** Keys of the Secrets and the ConfigMap that a location names. */
export const credentialsKey = "credentials";
export const authorityKey = "ca.crt";
export const identitiesKey = "identities";

/** Annotation of a BackupLocation: any new value makes it be looked at again at once. */
export const lookAgainAnnotation = "recovery.roost.dev/look-again";
