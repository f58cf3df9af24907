import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { type Context, type Outcome, wait } from "../../kube/controller.ts";
import { endAtOnce } from "./end-at-once.ts";
import { isOfComponent } from "./is-of-component.ts";

/** For how long the end of the pods is waited for; what is left then goes with the namespace. */
const patienceMs = 30_000;

/** Stops the control plane for good, at once, and waits until its pods are gone. */
export async function stopComponents(hcp: HostedControlPlane, { kube, now }: Context): Promise<Outcome> {
  const { namespace = "" } = hcp.metadata ?? {};
  const { pods, asked } = await endAtOnce({ kube, namespace }, (object) => isOfComponent(object));
  const since = now().getTime() - Date.parse(hcp.metadata?.deletionTimestamp ?? now().toISOString());
  const isPatient = since <= patienceMs;
  await asked.catch((error: Error) => {
    if (isPatient) throw error;
  });
  if (pods.length > 0 && isPatient)
    return wait("DeletingControlPlane", `waiting for ${pods.length} pods of the control plane to end`, 500);
}
