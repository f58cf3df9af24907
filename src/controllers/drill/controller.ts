import { drillNamespace } from "../../api/drill-namespace.ts";
import { Backup, BackupLocation, Drill, HostedControlPlane } from "../../api/index.ts";
import type { ConditionUpdate } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, wait } from "../../kube/controller.ts";
import { recordEvent } from "../../kube/events.ts";
import { Namespace } from "../../kube/kinds.ts";
import { sentenceOf } from "../../kube/log.ts";
import { type DrillOperationName, drillPlan } from "../../recovery/drill/drill-plan.ts";
import { readDrillSituation } from "../../recovery/drill/read-drill-situation.ts";
import { watchJobs } from "../recovery-job/watch-jobs.ts";
import { Failed } from "../restore/operation.ts";
import { type Course, stateCourse } from "../state-course.ts";
import { withConditions } from "../with-conditions.ts";
import type { DrillOptions, Operation, Pass } from "./operation.ts";
import { compare } from "./operations/compare.ts";
import { prepare } from "./operations/prepare.ts";
import { prove } from "./operations/prove.ts";
import { remove } from "./operations/remove.ts";
import { restoreEtcd } from "./operations/restore-etcd.ts";
import { start } from "./operations/start.ts";

const operations: Record<DrillOperationName, Operation> = {
  prepare,
  "restore-etcd": restoreEtcd,
  compare,
  start,
  prove,
  remove,
};

/** What becomes of a control plane and its pods is no event of this controller. */
const lookAgainMs = 1_000;
/** Until what was written is read again. */
const atOnceMs = 10;
/** A drill that is not over by then has failed: what it made is not to stay for ever. */
const deadlineMs = 3_600_000;

/**
 * Restores a backup into a control plane that is thrown away, operation by operation, and says how long it took. How far
 * it is stands in the status before anything is done. Whatever becomes of it, all of it is removed in the end.
 */
export function drillController(options: DrillOptions): Controller<Drill> {
  const { operatorNamespace, drillFigures } = options;
  return {
    name: "drill",
    kind: Drill,
    finalizer: "recovery.roost.dev/drill",
    watches: [watchJobs(Drill.kind, operatorNamespace)],
    async reconcile(drill, context) {
      const outcome = await carryOut(drill, context, options);
      drillFigures?.remember(drill);
      return outcome;
    },
    async cleanup(drill, { kube }) {
      const message = await remove({ drill, kube, namespace: drillNamespace(drill), options });
      if (message) return wait("DrillInProgress", message, lookAgainMs);
    },
    gone: drillFigures?.forget,
  };
}

async function carryOut(drill: Drill, context: Context, options: DrillOptions): Promise<Outcome> {
  if (drill.status?.completedAt) return;
  if (!drill.status?.operations) return begin(drill, context);
  const { now, log } = context;
  const pass = await lookAt(drill, context, options);
  for (const entry of drill.status.operations) {
    const name = entry.name as DrillOperationName;
    if (entry.state === "Done" || entry.state === "Failed") continue;
    if (failureOf(drill) && name !== "remove") continue;
    if (entry.state === "Pending") {
      entry.state = "Running";
      entry.startedAt = now().toISOString();
      return goOn(drill, context, entry.title, atOnceMs);
    }
    try {
      const message = await operations[name](pass);
      entry.message = message ?? "";
      if (message && name !== "remove" && isOverdue(drill, now())) {
        throw new Failed(`It was not over within an hour: ${message}`);
      }
      if (message) return goOn(drill, context, `${entry.title}: ${message}`);
    } catch (error) {
      entry.message = sentenceOf(error);
      if (!(error instanceof Failed) && (name === "remove" || !isOverdue(drill, now()))) {
        // It is tried again, and can be read meanwhile.
        goOn(drill, context, `${entry.title}: ${entry.message}`);
        throw error;
      }
      entry.state = "Failed";
      entry.completedAt = now().toISOString();
      log.warn({ operation: name, error }, "a drill failed");
      return goOn(drill, context, `${entry.title}: ${entry.message}`, atOnceMs);
    }
    entry.state = "Done";
    entry.completedAt = now().toISOString();
    if (name === "prove") drill.status.rtoSeconds = secondsBetween(drill.status.startedAt, entry.completedAt);
    log.info({ operation: name }, "an operation of a drill is done");
  }
  await complete(drill, context, failureOf(drill));
}

async function begin(drill: Drill, context: Context): Promise<Outcome> {
  const plan = drillPlan(drill, await readDrillSituation(context.kube, drill));
  if ("refusal" in plan) return complete(drill, context, plan.refusal);
  if ("waitsFor" in plan) return goOn(drill, context, plan.waitsFor, 5_000);
  const { backup } = plan;
  const startedAt = context.now().toISOString();
  drill.status = {
    ...drill.status,
    startedAt,
    backupName: backup.metadata?.name,
    rpoSeconds: secondsBetween(backup.status?.completedAt, startedAt),
    operations: plan.operations.map((operation) => ({ ...operation, state: "Pending" as const })),
  };
  // The journal is kept before the first operation begins.
  return goOn(drill, context, "The plan is made", atOnceMs);
}

async function lookAt(drill: Drill, context: Context, options: DrillOptions): Promise<Pass> {
  const { kube } = context;
  const { metadata, spec, status } = drill;
  const namespace = drillNamespace(drill);
  const [home, found, backup] = await Promise.all([
    kube.get(Namespace, namespace, undefined, { live: true }),
    kube.get(HostedControlPlane, spec.clusterName, namespace, { live: true }),
    kube.get(Backup, status?.backupName ?? "", metadata?.namespace),
  ]);
  const location = backup && (await kube.get(BackupLocation, backup.spec.locationName));
  // What is in a namespace that somebody made in place of the drill's own is none of it.
  const plane = !status?.namespaceUID || home?.metadata?.uid === status.namespaceUID ? found : undefined;
  return { ...context, drill, options, namespace, plane, location, path: backup?.status?.path };
}

/** Why the drill has failed, as far as it is known. */
function failureOf({ status }: Drill): string | undefined {
  const failed = status?.operations?.find(({ state }) => state === "Failed");
  return failed && `${failed.title}: ${failed.message}`;
}

const isOverdue = ({ status }: Drill, now: Date) => now.getTime() - Date.parse(status?.startedAt ?? "") > deadlineMs;

function secondsBetween(from: string | undefined, to: string): number {
  return Math.max(0, Math.round((Date.parse(to) - Date.parse(from ?? to)) / 1000));
}

function goOn(drill: Drill, { now }: Context, message: string, afterMs = lookAgainMs): Outcome {
  const reconciling = { reason: "DrillInProgress", message };
  stateSucceeded(drill, { status: "Unknown", ...reconciling }, { reconciling }, now());
  return wait(reconciling.reason, message, afterMs);
}

async function complete(drill: Drill, { kube, log, now }: Context, problem?: string): Promise<void> {
  drill.status = { ...drill.status, completedAt: now().toISOString() };
  const { checks, rtoSeconds, rpoSeconds, backupName } = drill.status;
  if (!problem) {
    const count = checks?.filter(({ result }) => result === "passed").length ?? 0;
    const message = `The backup ${backupName} was restored within ${rtoSeconds} s, and ${count} checks passed; it was ${rpoSeconds} s old`;
    return stateSucceeded(drill, { status: "True", reason: "AsExpected", message }, {}, now());
  }
  const stalled = { reason: "DrillFailed", message: problem };
  stateSucceeded(drill, { status: "False", ...stalled }, { stalled }, now());
  const about = { ...drill, apiVersion: Drill.apiVersion, kind: Drill.kind };
  await recordEvent({ kube, log, now, component: "drill" }, about, { type: "Warning", ...stalled });
}

function stateSucceeded(drill: Drill, update: Omit<ConditionUpdate, "type">, course: Course, now: Date): void {
  const conditions = withConditions(drill, [{ type: "Succeeded", ...update }], now);
  drill.status = { ...drill.status, conditions };
  stateCourse(drill, course, now);
}
