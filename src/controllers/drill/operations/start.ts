import { want } from "../../restore/want.ts";
import { type Operation, toldBy } from "../operation.ts";

/** All of the control plane runs. */
export const start: Operation = (pass) => want(toldBy(pass), { mode: "Running" });
