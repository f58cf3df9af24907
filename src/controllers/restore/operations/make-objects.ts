import type { Operation } from "../operation.ts";
import { withObjects } from "../with-objects.ts";

/** The cluster's objects are there, and held. Taken back, what this restore has made is gone, and nothing else. */
export const makeObjects: Operation = {
  execute: (pass) => withObjects(pass, "Make"),
  undo: (pass) => withObjects(pass, "Remove"),
};
