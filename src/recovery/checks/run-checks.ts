import { sentenceOf } from "../../kube/log.ts";
import type { Check, CheckFacts, Finding } from "./check.ts";

/** A check that was run, as status and output show it. */
export interface CheckResult extends Finding {
  name: string;
  title: string;
  /** How long it took. */
  milliseconds: number;
}

export type GivenFacts = Omit<CheckFacts, "etcd" | "hosted" | "signal"> & {
  etcd: CheckFacts["etcd"] | { skipped: string };
  hosted: CheckFacts["hosted"] | { skipped: string };
  signal: AbortSignal;
};

/** A check that hangs has failed. */
const checkMs = 60_000;
/** Tenants decide how much is found, and all of it together is to have room in a condition. */
const mostCharacters = 1000;

/** Runs the checks, all at the same time; what a check throws is why it failed. */
export function runChecks(checks: readonly Check[], facts: GivenFacts): Promise<CheckResult[]> {
  return Promise.all(checks.map((check) => runCheck(check, facts)));
}

async function runCheck(check: Check, facts: GivenFacts): Promise<CheckResult> {
  const began = performance.now();
  const { result, message } = await findingOf(check, facts);
  const { name, title } = check;
  const milliseconds = Math.round(performance.now() - began);
  return { name, title, result, message: message.slice(0, mostCharacters), milliseconds };
}

async function findingOf(check: Check, facts: GivenFacts): Promise<Finding> {
  const asked = check.asks === "etcd" ? facts.etcd : facts.hosted;
  if ("skipped" in asked) return { result: "skipped", message: asked.skipped };
  const signal = AbortSignal.any([facts.signal, AbortSignal.timeout(checkMs)]);
  signal.throwIfAborted();
  try {
    // What is not there is what this check does not ask. One that does not heed its signal is left alone.
    return await Promise.race([check.run({ ...facts, signal } as CheckFacts), rejectionOf(signal)]);
  } catch (error) {
    facts.signal.throwIfAborted();
    const message = signal.aborted ? `There was no answer within ${checkMs / 1000} s` : sentenceOf(error);
    return { result: "failed", message };
  }
}

const rejectionOf = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
