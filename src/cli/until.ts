import { setTimeout as sleep } from "node:timers/promises";

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
  const deadline = Date.now() + milliseconds(timeout);
  for (;;) {
    const answer = await look();
    if (answer === true) return;
    onWait?.(answer);
    if (Date.now() >= deadline) throw new Error(`Waited ${timeout} for ${what}: ${answer}`);
    await sleep(everyMs, undefined, { signal });
  }
}

/** The length of a duration as Go writes it; none where the text is 0 or no duration. */
export function milliseconds(text: string): number {
  const units: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ""] ?? 0), 0);
}
