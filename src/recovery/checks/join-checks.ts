import type { CheckResult } from "./run-checks.ts";

/**
 * What one recovery found altogether. A check that passed before and has nothing to ask this time has passed: objects are
 * counted while nothing but etcd runs, and not again once the API server writes.
 */
export function joinChecks<C extends Pick<CheckResult, "name" | "result">>(
  before: readonly C[],
  now: readonly C[],
): C[] {
  const passed = new Map(before.filter(({ result }) => result === "passed").map((check) => [check.name, check]));
  const names = new Set(now.map(({ name }) => name));
  return [
    ...before.filter(({ name }) => !names.has(name)),
    ...now.map((check) => (check.result === "skipped" ? (passed.get(check.name) ?? check) : check)),
  ];
}
