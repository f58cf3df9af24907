import type { BackupCheck } from "./check-backup.ts";

/**
 * A look's finding as a merge patch of `status.verification`: null takes away what was found another time. Damage that
 * was found inside of the parts stays where this look opened none of them and has nothing else to tell.
 */
export function verificationPatch(
  { problems, opened }: BackupCheck,
  { of, foundInside, now }: { of: string; foundInside: boolean; now: Date },
): object {
  const look = { of, time: now.toISOString(), unread: null };
  if (problems.length > 0) {
    return {
      ...look,
      opened: opened || foundInside,
      problems: problems.slice(0, 20).map((each) => each.slice(0, 1024)),
    };
  }
  return !opened && foundInside ? look : { ...look, opened, problems: null };
}
