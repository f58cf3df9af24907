import type { BackupLocation } from "../../api/backup-location.ts";

/** Names the place that a location means; how it is reached there, and for whom backups are encrypted, may change. */
export function placeOf({ s3, volume }: BackupLocation["spec"]): string {
  if (!s3) return `the volume ${volume?.claimName}`;
  return [s3.endpoint.replace(/\/$/, ""), s3.bucket, s3.prefix].filter(Boolean).join("/");
}
