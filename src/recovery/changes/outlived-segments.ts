import type { Segment } from "./segment.ts";

/** A backup that changes may follow upon. */
export interface KeptBackup {
  history: string;
  revision: number;
}

/**
 * The segments that no backup needs any more: those of a history that has no backup, unless it is the present one, and
 * those that end before the oldest backup of their history.
 */
export function outlivedSegments<S extends Segment & { history: string }>(
  segments: readonly S[],
  backups: readonly KeptBackup[],
  present: string,
): S[] {
  return segments.filter(({ history, last }) => {
    const revisions = backups.filter((backup) => backup.history === history).map(({ revision }) => revision);
    if (revisions.length === 0) return history !== present;
    return last <= Math.min(...revisions);
  });
}
