import { heldAnnotation, heldOf } from "../../api/held.ts";
import { type Outcome, wait } from "../../kube/controller.ts";
import { type Pass, state } from "./pass.ts";

/** The annotation of the HostedCluster goes once a restore has proved it, and that is an event. */
const patienceMs = 3_600_000;

/** Leaves the machines of a restored cluster as they are until it is proved: none is made, replaced or given back. */
export async function checkHeld(pass: Pass): Promise<Outcome> {
  if (!heldOf(pass.cluster)) return undefined;
  const message = `The machines of the cluster are held until its restore has proved it; where that is over, and the nodes are back, take the annotation ${heldAnnotation} from the HostedCluster`;
  state(pass, { type: "ReconciliationActive", status: "False", reason: "RestoreInProgress", message });
  return wait("RestoreInProgress", message, patienceMs);
}
