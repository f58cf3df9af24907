import { setTimeout as sleep } from "node:timers/promises";
import { goDurationMs } from "../api/go-duration.ts";

export interface Until {
  /** What is waited for, for the message where the time is up. */
  what: string;
  /** As Go writes durations: 90s, 5m. */
  timeout: string;
  signal: AbortSignal;
  everyMs?: number;
  /** Gets the reason why it is not so yet, each time it is looked at. */
  onWait?: (why: string) => void;
}

/** Looks again and again until `look` returns true; a text says what is missing, and ends up in the error. */
export async function until(look: () => Promise<true | string>, options: Until): Promise<void> {
  const { what, timeout, signal, everyMs = 500, onWait } = options;
  const deadline = Date.now() + (goDurationMs(timeout) ?? 0);
  for (;;) {
    const answer = await look();
    if (answer === true) return;
    onWait?.(answer);
    if (Date.now() >= deadline) throw new Error(`Waited ${timeout} for ${what}: ${answer}`);
    await sleep(everyMs, undefined, { signal });
  }
}
