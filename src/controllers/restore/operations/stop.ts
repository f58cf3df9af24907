import type { Operation } from "../operation.ts";
import { want } from "../want.ts";

/** Nothing of the control plane runs. */
export const stop: Operation = {
  execute: (pass) => want(pass, { mode: "Stopped" }),
  // A pod may be on a node that is lost.
  patienceMs: 10 * 60_000,
  undo: async (pass) => (pass.plane ? want(pass, { mode: "Running" }) : undefined),
};
