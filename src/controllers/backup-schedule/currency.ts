import type { Backup } from "../../api/backup.ts";
import type { ConditionUpdate } from "../../api/condition.ts";
import { findCondition, isFalse } from "../../kube/conditions.ts";

/** How many times the period a backup may be old: one that fails is followed by another. */
const patience = 2;

/** When the newest good backup is too old for a schedule; nothing where there is none. */
export function outdatedAt(newest: Backup | undefined, everyMs: number): Date | undefined {
  const at = newest?.status?.completedAt;
  return at === undefined ? undefined : new Date(Date.parse(at) + patience * everyMs);
}

/** Whether the newest good backup is young enough, and how the last one went, as the condition BackupCurrent. */
export function currency(
  { newest, last, running }: { newest?: Backup; last?: Backup; running?: Backup },
  { every, everyMs, since }: { every: string; everyMs: number; since: Date },
  now: Date,
): ConditionUpdate {
  const type = "BackupCurrent";
  const failure = findCondition(last?.status?.conditions, "Succeeded");
  const failed = isFalse(last?.status?.conditions, "Succeeded")
    ? `the backup ${last?.metadata?.name} failed: ${failure?.message}`
    : "";
  const present = findCondition(running?.status?.conditions, "Succeeded");
  const pending = present ? `the backup ${running?.metadata?.name} is not complete: ${present.message}` : "";
  const until = outdatedAt(newest, everyMs) ?? new Date(since.getTime() + patience * everyMs);
  if (now >= until) {
    const found = newest
      ? `The newest good backup, ${newest.metadata?.name}, is of ${newest.status?.completedAt}, and there should be one every ${every}`
      : `There is no good backup, and there should be one every ${every}`;
    return {
      type,
      status: "False",
      reason: "BackupOutdated",
      message: [found, failed, pending].filter(Boolean).join(": "),
    };
  }
  if (failed) {
    const message = newest
      ? `The newest good backup is of ${newest.status?.completedAt}, but ${failed}`
      : capital(failed);
    return { type, status: "False", reason: "BackupFailed", message };
  }
  if (!newest) {
    const message = pending ? capital(pending) : "The first backup is being made";
    return { type, status: "Unknown", reason: "BackupInProgress", message };
  }
  const message = `The newest good backup is ${newest.metadata?.name}, of ${newest.status?.completedAt}`;
  return { type, status: "True", reason: "AsExpected", message };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
