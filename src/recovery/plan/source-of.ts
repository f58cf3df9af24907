import type { Backup, Restore } from "../../api/index.ts";

/** Where the backup lies that is restored from: the location's name, and the path in it. */
export function sourceOf(
  { spec: { from } }: Restore,
  backup: Backup | undefined,
): { location?: string; path?: string } {
  if (from.path !== undefined) return { location: from.locationName, path: from.path };
  return { location: backup?.spec.locationName, path: backup?.status?.path };
}

/** What a Restore is from, for people. */
export function sourceName({ from }: Restore["spec"]): string {
  return from.backupName ?? from.path ?? from.time ?? "";
}
