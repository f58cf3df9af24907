import type { Operation } from "../operation.ts";
import { want } from "../want.ts";

/** Nothing of the control plane runs. */
export const stop: Operation = {
  execute: (pass) => want(pass, { mode: "Stopped" }),
  // A pod may be on a node that is lost.
  patienceMs: 10 * 60_000,
  undo: async (pass) => (pass.plane ? want(pass, { mode: "Running" }) : undefined),
  // It need not have run before either; and as long as this restore is not over, no other one may begin.
  undoPatienceMs: 15 * 60_000,
};
