import type { Backup } from "../../api/backup.ts";
import { isFinished } from "../backup/is-finished.ts";
import { isGood } from "../backup/is-good.ts";

/** How long backups of a schedule are kept. */
export interface Retention {
  keep?: number;
  keepForMs?: number;
}

/** How many failed ones are kept: enough to see why. */
const keepFailed = 3;

/**
 * The backups that have been kept long enough: more good ones than are to be kept, those that are too old, failed
 * or damaged ones that are older than all that is kept, and failed ones but for the newest few. Never the newest good one, however old it is, and none that is
 * still being made.
 */
export function outlived(backups: readonly Backup[], { keep = Infinity, keepForMs = Infinity }: Retention, now: Date) {
  const newestFirst = [...backups].sort((a, b) => madeAt(b) - madeAt(a));
  const good = newestFirst.filter(isGood);
  const [newest] = good;
  const isOld = (backup: Backup) => now.getTime() - madeAt(backup) > keepForMs;
  const kept = good.filter((backup, place) => backup === newest || (place < keep && !isOld(backup)));
  const oldestKept = kept.at(-1);
  const failed = newestFirst.filter((backup) => isFinished(backup) && !backup.status?.completedAt);
  return newestFirst.filter((backup) => {
    if (backup.metadata?.deletionTimestamp || !isFinished(backup)) return false;
    if (failed.indexOf(backup) >= keepFailed) return true;
    if (!oldestKept || kept.includes(backup)) return false;
    return isGood(backup) || isOld(backup) || madeAt(backup) < madeAt(oldestKept);
  });
}

const madeAt = ({ metadata, status }: Backup) => Date.parse(status?.completedAt ?? metadata?.creationTimestamp ?? "");
