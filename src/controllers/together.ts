import type { Step } from "./run-steps.ts";

/**
 * Steps that need nothing of each other, side by side: the first error counts, or else the first wait. All have ended
 * when it ends, so that no write of a pass comes after it.
 */
export function together<P>(...steps: Step<P>[]): Step<P> {
  return async (pass) => {
    const results = await Promise.allSettled(steps.map(async (step) => step(pass)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
    return results.map((result) => (result.status === "fulfilled" ? result.value : undefined)).find(Boolean);
  };
}
