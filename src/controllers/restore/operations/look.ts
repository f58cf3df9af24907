import type { Operation } from "../operation.ts";
import { withObjects } from "../with-objects.ts";

/** Nothing is in the way of what is to be made, and nobody else is the cluster. */
export const look: Operation = {
  execute: (pass) => withObjects(pass, "Look"),
};
