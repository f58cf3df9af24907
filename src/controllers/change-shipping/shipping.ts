import type { Backup } from "../../api/backup.ts";
import type { BackupSchedule } from "../../api/backup-schedule.ts";
import type { ConditionUpdate } from "../../api/condition.ts";
import { findCondition } from "../../kube/conditions.ts";
import { follows } from "../../recovery/changes/choose-segments.ts";
import { isGood } from "../backup/is-good.ts";

type Changes = NonNullable<NonNullable<BackupSchedule["status"]>["changes"]>;

/** How long the program may be silent, which tells a few times a minute that it ships. */
export const silentMs = 90_000;

/** The good backups that a schedule's changes follow upon, the oldest first: to any time since that one there is a way back. */
export function followed(changes: Changes, backups: readonly Backup[]): Backup[] {
  const { history, run, first } = changes;
  if (!run || !first) return [];
  const madeAt = ({ status }: Backup) => status?.completedAt ?? "";
  return backups
    .filter((backup) => {
      const { revision = 0, history: own } = backup.status ?? {};
      return own === history && isGood(backup) && follows({ run, first }, { revision, madeAt: madeAt(backup) });
    })
    .sort((a, b) => Date.parse(madeAt(a)) - Date.parse(madeAt(b)));
}

interface ShippingFacts {
  changes: Changes | undefined;
  backups: readonly Backup[];
  /** The backup that they were to follow upon. */
  failed?: Backup;
  /** What is wrong with the program's pod. */
  pod?: string;
}

/** Whether changes are shipped, as the condition ChangesShipped. */
export function shipping({ changes, backups, failed, pod }: ShippingFacts, now: Date): ConditionUpdate {
  const type = "ChangesShipped";
  const until = changes?.until;
  const silent = until !== undefined && now.getTime() - Date.parse(until) > silentMs;
  const problem = changes?.problem ?? (silent ? (pod ?? "nothing has been heard of what ships them") : undefined);
  if (problem) {
    const known = until ? `Changes since ${until} are not in the location` : "No changes are in the location yet";
    return { type, status: "False", reason: "ChangesNotShipped", message: `${known}: ${problem}` };
  }
  if (!changes || !until) {
    const message = pod ? `What ships changes does not run yet: ${pod}` : "What ships changes is being started";
    return { type, status: "Unknown", reason: "ShippingBegins", message };
  }
  const [oldest] = followed(changes, backups);
  if (!oldest && failed) {
    const why = findCondition(failed.status?.conditions, "Succeeded")?.message;
    const message = `Changes are shipped, but there is no backup that they follow upon: the backup ${failed.metadata?.name} failed: ${why}; another one is made within the hour`;
    return { type, status: "False", reason: "BackupFailed", message };
  }
  if (!oldest) {
    const message = "Changes are shipped, and are of use once a backup is complete that they follow upon";
    return { type, status: "Unknown", reason: "ShippingBegins", message };
  }
  const message = `The cluster can be put back to any time since ${oldest.status?.completedAt}, up to a few seconds ago`;
  return { type, status: "True", reason: "AsExpected", message };
}
