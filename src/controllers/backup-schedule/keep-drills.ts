import { scheduleLabel } from "../../api/backup.ts";
import type { BackupSchedule } from "../../api/backup-schedule.ts";
import type { ConditionUpdate } from "../../api/condition.ts";
import { Drill } from "../../api/drill.ts";
import { periodMs } from "../../api/period-ms.ts";
import { isAlreadyExists } from "../../kube/api-error.ts";
import { findCondition } from "../../kube/conditions.ts";
import type { Context } from "../../kube/controller.ts";
import { withConditions } from "../with-conditions.ts";
import { due } from "./due.ts";
import { rfc3339, stampOf } from "./rfc3339.ts";

const type = "DrillPassed";
/** How many that are over are kept: enough to see how it goes. */
const keepOver = 3;
/** A drill is over within an hour, and what it made is removed soon after that. */
const longestMs = 75 * 60_000;

/**
 * Makes a Drill whenever one is due and there is something to restore, and says in DrillPassed how the last one went.
 * Gives the time at which the next one is due; nothing where none is wanted.
 */
export async function keepDrills(
  schedule: BackupSchedule,
  { kube, now, log }: Context,
  hasGoodBackup: boolean,
): Promise<Date | undefined> {
  const { name = "", namespace = "", uid = "" } = schedule.metadata ?? {};
  const { drillEvery, clusterName } = schedule.spec;
  const everyMs = periodMs(drillEvery);
  if (!everyMs) {
    const conditions = schedule.status?.conditions?.filter((each) => each.type !== type);
    schedule.status = { ...schedule.status, conditions };
    return undefined;
  }
  const labels = { [scheduleLabel]: name };
  const all = await kube.list(Drill, { namespace, labels });
  const drills = newestFirst(all.filter(({ spec }) => spec.clusterName === clusterName));
  const over = drills.filter(({ status }) => status?.completedAt);
  const { last, next } = due(uid, everyMs, now());
  const started = Date.parse(schedule.status?.lastDrill ?? "") || 0;
  if (hasGoodBackup && over.length === drills.length && started < last.getTime()) {
    const { apiVersion, kind } = Drill;
    const metadata = { name: `${name}-drill-${stampOf(last)}`, namespace, labels };
    // There already where this pass died before it wrote that down.
    await kube.create<Drill>({ apiVersion, kind, metadata, spec: { clusterName } }).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    schedule.status = { ...schedule.status, lastDrill: rfc3339(last) };
    log.info({ drill: metadata.name }, "a drill is due");
  }
  for (const { metadata } of over.slice(keepOver)) {
    await kube.delete(Drill, metadata?.name ?? "", namespace, { uid: metadata?.uid });
  }
  const update = overdue(drills, everyMs, now()) ?? passed(over[0]);
  schedule.status = { ...schedule.status, conditions: withConditions(schedule, [update], now()) };
  return next;
}

/** Where it is no longer known whether the cluster can be restored; one that failed is known to have. */
function overdue(drills: readonly Drill[], everyMs: number, now: Date): ConditionUpdate | undefined {
  const [last] = drills.filter(({ status }) => status?.completedAt);
  const found = findCondition(last?.status?.conditions, "Succeeded");
  if (found?.status === "False") return undefined;
  const ageOf = (time = "") => now.getTime() - Date.parse(time);
  const of = (message: string): ConditionUpdate => ({ type, status: "Unknown", reason: "DrillOverdue", message });
  const running = drills.find(({ status }) => !status?.completedAt);
  if (running && ageOf(running.metadata?.creationTimestamp) > longestMs) {
    const { metadata, status } = running;
    const why = findCondition(status?.conditions, "Succeeded")?.message ?? "the operator has not begun it";
    return of(`The drill ${metadata?.name} has not ended since ${metadata?.creationTimestamp}: ${why}`);
  }
  const endedAt = last?.status?.completedAt;
  if (!endedAt || ageOf(endedAt) <= 2 * everyMs) return undefined;
  return of(`No drill has ended since ${endedAt}: one begins where there is a good backup and no other is under way`);
}

function passed(last: Drill | undefined): ConditionUpdate {
  const found = findCondition(last?.status?.conditions, "Succeeded");
  if (!last || !found) {
    return { type, status: "Unknown", reason: "DrillInProgress", message: "No drill of this schedule is over yet" };
  }
  const message = `The drill ${last.metadata?.name}, of ${last.status?.completedAt}: ${found.message}`;
  if (found.status === "True") return { type, status: "True", reason: "AsExpected", message };
  return { type, status: "False", reason: "DrillFailed", message };
}

function newestFirst(drills: readonly Drill[]): Drill[] {
  const time = ({ metadata }: Drill) => Date.parse(metadata?.creationTimestamp ?? "");
  return [...drills].sort((a, b) => time(b) - time(a));
}
