import type { Operation } from "../operation.ts";
import { want } from "../want.ts";

/** All of the control plane runs: from here on there is no way back, because the API server serves what was restored. */
export const start: Operation = {
  execute: (pass) => want(pass, { mode: "Running" }),
  // Its images may have to be pulled first; one that never comes up needs another restore, which waits for this one.
  patienceMs: 30 * 60_000,
};
