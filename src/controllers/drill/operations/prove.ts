import { checksWithoutNodes } from "../../../recovery/checks/index.ts";
import { verified } from "../../restore/verified.ts";
import { type Operation, toldBy } from "../operation.ts";

/** Every check that needs no nodes passes: only this makes a drill a success. */
export const prove: Operation = (pass) =>
  verified(toldBy(pass), "prove", {
    checks: [...checksWithoutNodes],
    revision: pass.drill.status?.revision,
    tryFor: "5m",
  });
