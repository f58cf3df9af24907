import type { Backup } from "../../api/backup.ts";
import type { BackupLocation } from "../../api/backup-location.ts";
import { placeOf } from "./place-of.ts";

/** Why a location of the right name has nothing of a backup: it is another place by now; nothing where it is the same. */
export function movedLocation({ metadata, spec }: BackupLocation, { status }: Backup): string | undefined {
  const place = placeOf(spec);
  if (status?.place === undefined || status.place === place) return undefined;
  return `the BackupLocation ${metadata?.name} is ${place} now, and this backup went to ${status.place}: make it that again`;
}
