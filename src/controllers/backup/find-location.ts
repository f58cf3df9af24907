import type { Backup } from "../../api/backup.ts";
import { BackupLocation } from "../../api/backup-location.ts";
import type { Kube } from "../../kube/kube.ts";
import { movedLocation } from "../../recovery/store/moved-location.ts";
import { placeOf } from "../../recovery/store/place-of.ts";

/**
 * The location that a backup lies in, or why there is none, and what to do. One of its name that is another place by now
 * tells nothing of the backup: neither that it is not there, nor that it is deleted.
 */
export async function findLocation(
  kube: Kube,
  backup: Backup,
  options: { live?: boolean } = {},
): Promise<{ location: BackupLocation; place: string } | { location?: undefined; why: string }> {
  const { locationName } = backup.spec;
  const location = await kube.get(BackupLocation, locationName, undefined, options);
  if (!location) return { why: `there is no BackupLocation ${locationName}: make it` };
  const why = movedLocation(location, backup);
  return why ? { why } : { location, place: placeOf(location.spec) };
}
