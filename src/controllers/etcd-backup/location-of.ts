import type { BackupLocation } from "../../api/backup-location.ts";
import type { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";

/** Where an HCPEtcdBackup is to go, as a location; or a sentence why it cannot go there. */
export function locationOf({ storage }: HCPEtcdBackup["spec"]): Pick<BackupLocation, "spec"> | string {
  const { storageType, s3 } = storage;
  const instead = "make another one, or a Backup with a BackupLocation";
  if (!s3) return `Cannot write to ${storageType}: only S3 is served; ${instead}`;
  if (s3.kmsKeyARN) {
    return `Cannot encrypt with ${s3.kmsKeyARN}: keys of KMS are not served; leave kmsKeyARN out where you ${instead}, whose recipients it is encrypted for`;
  }
  const prefix = s3.keyPrefix.replace(/\/+$/, "");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(prefix)) {
    return `Cannot write below the prefix ${s3.keyPrefix}: only names of letters, digits and . _ - with slashes between them are served; ${instead}`;
  }
  const { region, bucket, credentials } = s3;
  return { spec: { s3: { endpoint: `https://s3.${region}.amazonaws.com`, bucket, prefix, region, credentials } } };
}
