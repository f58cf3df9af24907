import type { Outcome } from "../kube/controller.ts";

/**
 * One named piece of a reconcile. Steps share a pass: one look at the object, what was found beside it, and the means to
 * act. Returns nothing to go on, `wait(...)` to stop here for now, or throws.
 */
export type Step<P> = (pass: P) => Promise<Outcome> | Outcome;

/** Runs steps in order until one waits. */
export async function runSteps<P>(pass: P, steps: readonly Step<P>[]): Promise<Outcome> {
  for (const step of steps) {
    const outcome = await step(pass);
    if (outcome) return outcome;
  }
}
