import type { Operation } from "../operation.ts";
import { endMaking, withObjects } from "../with-objects.ts";

/** The cluster's objects are there, and held. Taken back, what this restore has made is gone, and nothing else. */
export const makeObjects: Operation = {
  execute: (pass) => withObjects(pass, "Make"),
  undo: async (pass) => (await endMaking(pass)) ?? withObjects(pass, "Remove"),
};
