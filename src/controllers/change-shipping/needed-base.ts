import type { Backup } from "../../api/backup.ts";
import type { BackupSchedule } from "../../api/backup-schedule.ts";
import { findCondition, isFalse } from "../../kube/conditions.ts";
import { followed } from "./shipping.ts";

type Changes = NonNullable<NonNullable<BackupSchedule["status"]>["changes"]>;

/** So many are made once more in about a quarter of an hour. */
const mostChanges = 1_000_000;
const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

/** What a backup is called that changes need now: none follows upon which they do, or the newest one is too far behind. */
export function neededBase(changes: Changes, backups: readonly Backup[]): string | undefined {
  const { run, revision = 0 } = changes;
  if (!run) return undefined;
  const [newest] = followed(changes, backups).slice(-1);
  if (!newest) return `from-${run.toLowerCase()}`;
  const behind = newest.status?.revision ?? revision;
  return revision - behind > mostChanges ? `after-${behind}` : undefined;
}

/** The name of the next try, where one is to be made now; and the last one, where that failed. */
export function nextTry(base: string, backups: readonly Backup[], now: Date): { name?: string; failed?: Backup } {
  // By their numbers: failed ones are not kept for ever.
  const tries = backups.flatMap((backup) => {
    const { name = "" } = backup.metadata ?? {};
    const number = name === base ? 1 : Number(name.startsWith(`${base}-`) && name.slice(base.length + 1));
    return number > 0 ? [{ number, backup }] : [];
  });
  const [last] = tries.sort((a, b) => b.number - a.number);
  if (!last) return { name: base };
  const { conditions } = last.backup.status ?? {};
  if (!isFalse(conditions, "Succeeded")) return {};
  const since = Date.parse(findCondition(conditions, "Succeeded")?.lastTransitionTime ?? "");
  const pauseMs = Math.min(firstPauseMs * 2 ** (last.number - 1), longestPauseMs);
  const isDue = now.getTime() >= since + pauseMs;
  return { ...(isDue && { name: `${base}-${last.number + 1}` }), failed: last.backup };
}
