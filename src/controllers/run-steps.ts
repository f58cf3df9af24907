import type { Outcome } from "../kube/controller.ts";

/** A step of a controller whose steps share a pass: one look at the object, what was found beside it, and the means to act. */
export type PassStep<P> = (pass: P) => Promise<Outcome> | Outcome;

/** Runs steps in order until one waits. */
export async function runSteps<P>(pass: P, steps: readonly PassStep<P>[]): Promise<Outcome> {
  for (const step of steps) {
    const outcome = await step(pass);
    if (outcome) return outcome;
  }
}
