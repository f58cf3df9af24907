import { heldAnnotation } from "../../api/held.ts";
import type { HostedControlPlane } from "../../api/index.ts";
import { Restore } from "../../api/restore.ts";
import type { ConditionUpdate } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, wait } from "../../kube/controller.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { sentenceOf } from "../../kube/log.ts";
import { readSituation } from "../../recovery/plan/read-situation.ts";
import { type OperationName, restorePlan } from "../../recovery/plan/restore-plan.ts";
import { sourceName, sourceOf } from "../../recovery/plan/source-of.ts";
import type { RecoveryOptions } from "../recovery-options.ts";
import { type Course, stateCourse } from "../state-course.ts";
import { withConditions } from "../with-conditions.ts";
import { goWith } from "./go-with.ts";
import { isMadeAnew } from "./is-made-anew.ts";
import { Failed, type Operation, type Pass } from "./operation.ts";
import { clear } from "./operations/clear.ts";
import { compare } from "./operations/compare.ts";
import { look } from "./operations/look.ts";
import { makeObjects } from "./operations/make-objects.ts";
import { prove } from "./operations/prove.ts";
import { release } from "./operations/release.ts";
import { restoreEtcd } from "./operations/restore-etcd.ts";
import { serve } from "./operations/serve.ts";
import { start } from "./operations/start.ts";
import { stop } from "./operations/stop.ts";
import { wake } from "./operations/wake.ts";
import { watchProgress } from "./watch-progress.ts";

const operations: Record<OperationName, Operation> = {
  look,
  "make-objects": makeObjects,
  serve,
  stop,
  wake,
  "restore-etcd": restoreEtcd,
  compare,
  start,
  prove,
  release,
  clear,
};

/** What is waited for wakes this controller; where it did not, it looks again. */
const lookAgainMs = 1_000;
/** It only had to be written down. */
const atOnceMs = 0;

/**
 * Puts a hosted cluster back, operation by operation. How far it is stands in the status before anything is done, so
 * that whoever comes after goes on there. What fails before the API server serves again is taken back.
 */
export function restoreController(options: RecoveryOptions): Controller<Restore> {
  return {
    name: "restore",
    kind: Restore,
    // Whether another one of the same cluster has begun is written down before this one asks.
    workers: 1,
    finalizer: "recovery.roost.dev/restore",
    watches: watchProgress(options.operatorNamespace),
    reconcile: (restore, context) => carryOut(restore, context, options),
    // Nobody is to be left with half a control plane.
    async cleanup(restore, context) {
      if (!restore.status?.operations || restore.status.completedAt) return;
      const pass = await lookAt(restore, context, options);
      return takeBack(pass, "The Restore was deleted");
    },
  };
}

async function carryOut(restore: Restore, context: Context, options: RecoveryOptions): Promise<Outcome> {
  const { now, log } = context;
  if (restore.status?.completedAt) return;
  if (!restore.status?.operations) {
    const situation = await readSituation(context.kube, restore);
    await goWith(restore, situation.cluster, context);
    const plan = restorePlan(restore, situation, now());
    if ("refusal" in plan) return complete(restore, context, plan.refusal);
    const operations = plan.operations.map((operation) => ({ ...operation, state: "Pending" as const }));
    restore.status = { ...restore.status, startedAt: now().toISOString(), operations };
    if (restore.spec.from.time) restore.status.backupName = situation.backup?.metadata?.name;
    // The journal is kept before the first operation begins.
    return goOn(restore, context, "The plan is made", atOnceMs);
  }
  const pass = await lookAt(restore, context, options);
  const failed = entries(restore).find(({ state }) => state === "Failed");
  if (failed) return takeBack(pass, failed.message ?? "");
  for (const entry of entries(restore)) {
    if (entry.state === "Done") continue;
    if (entry.state === "Pending") {
      entry.state = "Running";
      entry.startedAt = now().toISOString();
      return goOn(restore, context, entry.title, atOnceMs);
    }
    const { execute, patienceMs } = operations[entry.name as OperationName];
    const takesTooLong = isOver(entry.startedAt, patienceMs, now());
    try {
      const message = await execute(pass);
      entry.message = message ?? (entry.name === "look" ? warningOf(restore) : "");
      if (message && takesTooLong) throw new Failed(`${message}: that takes too long`);
      if (message) return goOn(restore, context, `${entry.title}: ${message}`);
    } catch (error) {
      if (!(error instanceof Failed || takesTooLong)) throw error;
      entry.state = "Failed";
      entry.message = sentenceOf(error);
      log.warn({ operation: entry.name, error }, "a restore failed");
      return goOn(restore, context, `${entry.title}: ${entry.message}`, atOnceMs);
    }
    entry.state = "Done";
    entry.completedAt = now().toISOString();
    log.info({ operation: entry.name }, "an operation of a restore is done");
  }
  return complete(restore, context);
}

/** What the look found that is not as it was; it is in the way of nothing. */
const warningOf = ({ status }: Restore) => status?.objects?.warning ?? "";
/** The same behind a sentence. */
const withWarning = (restore: Restore, said: string) => (warningOf(restore) ? `${said}. ${warningOf(restore)}` : said);

const entries = ({ status }: Restore) => status?.operations ?? [];
type Entry = ReturnType<typeof entries>[number];

function isOver(startedAt: string | undefined, patienceMs: number | undefined, now: Date): boolean {
  return startedAt !== undefined && patienceMs !== undefined && now.getTime() - Date.parse(startedAt) > patienceMs;
}

/**
 * What was done is undone, the last first. Once the API server has served what was restored there is no way back: then
 * the cluster is left as it is, and what was found is said.
 */
async function takeBack(pass: Pass, why: string): Promise<Outcome> {
  const { restore, now } = pass;
  const hasServed = entries(restore).some(({ name, state }) => name === "start" && state !== "Pending");
  const begun = entries(restore).filter(isToUndo);
  let missing: string | undefined;
  for (const entry of hasServed ? [] : begun.reverse()) {
    const { undo, undoPatienceMs } = operations[entry.name as OperationName];
    if (undo) entry.takenBackAt ??= now().toISOString();
    const message = await undo?.(pass);
    if (message && !isOver(entry.takenBackAt, undoPatienceMs, now())) {
      return goOn(restore, pass, `It failed (${why}), and is taken back: ${message}`);
    }
    missing = message ?? missing;
    if (entry.state !== "Failed") entry.state = "Undone";
    else entry.message = why;
    entry.completedAt = now().toISOString();
  }
  await clear.execute(pass);
  const outcome = hasServed ? withWarning(restore, whatRuns(restore)) : whatIsLeft(pass, missing);
  return complete(restore, pass, outcome ? `${why}. ${outcome}` : why);
}

function whatIsLeft({ restore, plane }: Pass, missing: string | undefined): string | undefined {
  if (missing) return `The control plane is started as it was before, and does not run yet: ${missing}`;
  if (!isMadeAnew(restore)) return plane && "The cluster is as it was before";
  const isMade = entries(restore).some(({ name, state }) => name === "make-objects" && state !== "Pending");
  return isMade ? "What was made of the cluster is gone again" : undefined;
}

/** Machines of nodes that do not come back would be replaced, and their hosts reset. */
function whatRuns(restore: Restore): string {
  const hasStarted = entries(restore).some(({ name, state }) => name === "start" && state === "Done");
  const runs = hasStarted
    ? "The cluster runs with what was restored"
    : "etcd has what was restored, and the control plane is told to start";
  if (!entries(restore).some(({ name }) => name === "release")) return runs;
  const { namespace } = restore.metadata ?? {};
  return `${runs}, and its machines are held: once its nodes are back, "kubectl annotate hostedcluster ${restore.spec.clusterName} -n ${namespace} ${heldAnnotation}-" lets them go`;
}

/** One that failed is complete once it is undone: undone again, it would take back what was undone after it. */
const isToUndo = ({ state, completedAt }: Entry) =>
  state === "Failed" ? !completedAt : state !== "Pending" && state !== "Undone";

function goOn(restore: Restore, { now }: Context, message: string, afterMs = lookAgainMs): Outcome {
  const reconciling = { reason: "RestoreInProgress", message };
  stateSucceeded(restore, { status: "Unknown", ...reconciling }, { reconciling }, now());
  return wait("RestoreInProgress", message, afterMs);
}

function complete(restore: Restore, { now }: Context, problem?: string): void {
  restore.status = { ...restore.status, completedAt: now().toISOString() };
  if (problem) {
    const stalled = { reason: "RestoreFailed", message: problem };
    stateSucceeded(restore, { status: "False", ...stalled }, { stalled }, now());
    return;
  }
  const count = restore.status.checks?.filter(({ result }) => result === "passed").length ?? 0;
  const { time } = restore.spec.from;
  const what = time ? `as it was at ${time}` : `what the backup ${sourceName(restore.spec)} holds`;
  const message = withWarning(restore, `The cluster is ${what}, and ${count} checks passed`);
  stateSucceeded(restore, { status: "True", reason: "AsExpected", message }, {}, now());
}

function stateSucceeded(restore: Restore, update: Omit<ConditionUpdate, "type">, course: Course, now: Date): void {
  const conditions = withConditions(restore, [{ type: "Succeeded", ...update }], now);
  restore.status = { ...restore.status, conditions };
  stateCourse(restore, course, now);
}

async function lookAt(restore: Restore, context: Context, options: RecoveryOptions): Promise<Pass> {
  const { cluster, plane, location, backup } = await readSituation(context.kube, restore);
  const { path } = sourceOf(restore, backup);
  return { ...context, restore, options, cluster, plane: present(plane), location, path };
}

/** One that goes with its cluster answers nobody any more. */
const present = (plane: HostedControlPlane | undefined) => (plane && !isBeingDeleted(plane) ? plane : undefined);
