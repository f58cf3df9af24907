import { goDurationMs } from "../../api/go-duration.ts";
import { Verification } from "../../api/verification.ts";
import type { ConditionUpdate } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, wait } from "../../kube/controller.ts";
import { checks } from "../../recovery/checks/index.ts";
import { type CheckResult, type GivenFacts, runChecks } from "../../recovery/checks/run-checks.ts";
import { stateCourse } from "../state-course.ts";
import { withConditions } from "../with-conditions.ts";
import { readFacts, type VerificationOptions } from "./read-facts.ts";

const againMs = 3_000;
/** So long it can be read how a verification ended. */
const keptMs = 3_600_000;

/** Proves that the hosted cluster works, whenever somebody asks: runs the checks, and says what each found. */
export function verification(options: VerificationOptions): Controller<Verification> {
  return {
    name: "verification",
    kind: Verification,
    namespace: options.namespace,
    reconcile: (asked, context) => verify(asked, context, options),
  };
}

async function verify(asked: Verification, context: Context, options: VerificationOptions): Promise<Outcome> {
  const { kube, now, signal } = context;
  const { name = "", namespace, uid } = asked.metadata ?? {};
  const { completedAt } = asked.status ?? {};
  if (completedAt) {
    const leftMs = Date.parse(completedAt) + keptMs - now().getTime();
    if (leftMs > 0) return wait("AsExpected", "It is kept for an hour", leftMs);
    await kube.delete(Verification, name, namespace, { uid });
    return;
  }
  const startedAt = asked.status?.startedAt ?? now().toISOString();
  const wanted = checks.filter((check) => asked.spec.checks?.includes(check.name) ?? true);
  const { close, ...facts } = await readFacts(context, options);
  const results = await runChecks(wanted, {
    ...facts,
    ...raised(facts.etcd, asked.spec.revision),
    objectCounts: asked.spec.objectCounts,
    now,
    signal,
  }).finally(close);
  asked.status = { ...asked.status, startedAt, checks: results };
  const failures = [...results.filter(({ result }) => result === "failed"), ...unknown(asked)];
  const patienceMs = goDurationMs(asked.spec.tryFor ?? "0s") ?? 0;
  if (failures.length > 0 && now().getTime() - Date.parse(startedAt) < patienceMs) {
    const message = sentenceOf(failures);
    stateCourse(asked, { reconciling: { reason: "ChecksRunning", message } }, now());
    return wait("ChecksRunning", message, againMs);
  }
  const succeeded = conclusion(results, failures);
  asked.status.conditions = withConditions(asked, [succeeded], now());
  stateCourse(asked, failures.length > 0 ? { stalled: { ...succeeded, message: succeeded.message ?? "" } } : {}, now());
  asked.status = { ...asked.status, completedAt: now().toISOString() };
  return wait("AsExpected", "It is kept for an hour", keptMs);
}

/** Whoever asks may know of a higher revision than the record does. */
function raised(etcd: GivenFacts["etcd"], revision = 0): Pick<GivenFacts, "etcd"> {
  if ("skipped" in etcd) return { etcd };
  return { etcd: { ...etcd, highestRevision: Math.max(etcd.highestRevision ?? 0, revision) } };
}

type Failure = Pick<CheckResult, "name" | "message">;

/** Nothing is proved by a check that there is not. */
function unknown({ spec }: Verification): Failure[] {
  const names = checks.map(({ name }) => name);
  const missing = spec.checks?.filter((name) => !names.includes(name)) ?? [];
  return missing.map((name) => ({ name, message: `there is no such check: there are ${names.join(", ")}` }));
}

const sentenceOf = (failures: readonly Failure[]) =>
  failures.map(({ name, message }) => `${name}: ${message}`).join("; ");

function conclusion(results: readonly CheckResult[], failures: readonly Failure[]): ConditionUpdate {
  const type = "Succeeded";
  if (failures.length > 0) {
    return { type, status: "False", reason: "ChecksFailed", message: sentenceOf(failures) };
  }
  const count = (wanted: CheckResult["result"]) => results.filter(({ result }) => result === wanted).length;
  const message = `${count("passed")} checks passed, ${count("skipped")} had nothing to ask`;
  return { type, status: "True", reason: "AsExpected", message };
}
