import { runAt, type Segment } from "./segment.ts";
import type { Start } from "./ship-run.ts";

/**
 * Where the location has changes to; where it has none, at the newest backup; nothing where there is neither. After a gap
 * no earlier backup is of use: what is lost lies behind it.
 */
export function whereToBegin(
  segments: readonly Segment[],
  backup: { revision: number } | undefined,
  now: Date,
): Start | undefined {
  const runs = segments.map(({ run }) => run).sort();
  const ofRun = segments.filter(({ run }) => run === runs.at(-1));
  const [newest] = [...ofRun].sort((a, b) => b.last - a.last);
  if (newest) return { run: newest.run, next: newest.last + 1, digest: newest.digest };
  return backup && { run: runAt(now), next: backup.revision + 1 };
}
