import { createHash } from "node:crypto";
import { type BackupLocation, lookAgainAnnotation } from "../../api/backup-location.ts";

/** Names all that a look at a location depends on, so that a change of any of it asks for another look. */
export function whatToProbe({ metadata, spec }: BackupLocation, versions: readonly string[]): string {
  const asked = metadata?.annotations?.[lookAgainAnnotation];
  return createHash("sha256")
    .update(JSON.stringify([spec, versions, asked]))
    .digest("hex")
    .slice(0, 16);
}
