import type { Operation } from "../operation.ts";
import { want } from "../want.ts";

/** Nothing of the control plane runs. */
export const stop: Operation = {
  execute: (pass) => want(pass, { mode: "Stopped" }),
  undo: (pass) => want(pass, { mode: "Running" }),
};
