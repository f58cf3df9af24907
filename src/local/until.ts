import { setTimeout as sleep } from "node:timers/promises";

/** Waits until `check` says so, or throws, saying what did not happen, once `withinMs` are over. */
export async function until(
  what: string,
  check: () => Promise<boolean>,
  { withinMs = 60_000, everyMs = 200, signal }: { withinMs?: number; everyMs?: number; signal?: AbortSignal } = {},
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`Waited ${withinMs / 1000} s until ${what}, and it did not happen.`);
    await sleep(everyMs, undefined, { signal });
  }
}
