import { Stalled, type Wait } from "./controller.ts";
import type { Next } from "./queue.ts";

/** When an object is looked at again after a pass: a long wait, or one for its user, does not put off a resync. */
export function nextPass({ wait, error, resyncMs }: { wait?: Wait; error?: Error; resyncMs?: number }): Next {
  if (error && !(error instanceof Stalled)) return "failed";
  const times = [wait?.afterMs, resyncMs].filter((time) => time !== undefined);
  return times.length > 0 ? { afterMs: Math.min(...times) } : undefined;
}
