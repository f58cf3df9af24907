import { Stalled, type Wait } from "./controller.ts";
import type { Next } from "./queue.ts";

interface Result {
  wait?: Wait;
  error?: Error;
  resyncMs?: number;
  /** When words that were kept back are due. */
  settleMs?: number;
}

/** When an object is looked at again after a pass: a long wait, or one for its user, puts off nothing else. */
export function nextPass({ wait, error, resyncMs, settleMs }: Result): Next {
  if (error && !(error instanceof Stalled)) return "failed";
  const times = [wait?.afterMs, resyncMs, settleMs].filter((time) => time !== undefined);
  return times.length > 0 ? { afterMs: Math.min(...times) } : undefined;
}
