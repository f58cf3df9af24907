import { heldOf } from "../../api/held.ts";
import { type Outcome, wait } from "../../kube/controller.ts";
import { type Pass, state } from "./pass.ts";

/** The annotation goes once a restore has come further, and that is an event. */
const patienceMs = 3_600_000;

/** Leaves a cluster alone that a restore makes again, until all of it is there: what is missing is not to be made anew. */
export async function keepHeld(pass: Pass): Promise<Outcome> {
  if (heldOf(pass.cluster) !== "everything") return;
  const message = "A restore makes the cluster again: nothing is done for it before all of it is there";
  state(pass, { type: "ReconciliationActive", status: "False", reason: "RestoreInProgress", message });
  return wait("RestoreInProgress", message, patienceMs);
}
