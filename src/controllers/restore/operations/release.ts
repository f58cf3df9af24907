import { goWith } from "../go-with.ts";
import { hold } from "../hold.ts";
import type { Operation } from "../operation.ts";

/** The cluster is proved, and its nodes are back: whoever looks after machines finds them as they are. */
export const release: Operation = {
  async execute(pass) {
    await hold(pass, undefined);
    // It was not there when the restore began.
    await goWith(pass.restore, pass.cluster, pass);
    return undefined;
  },
};
