import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { isNotFound } from "../../kube/api-error.ts";
import { dropFinalizer, hasFinalizer } from "../../kube/finalizer.ts";
import type { Pass } from "./pass.ts";

/** What the control-plane-operator holds its HostedControlPlane with until it has stopped everything. */
export const controlPlaneFinalizer = "hypershift.openshift.io/finalizer";

/** How long the control-plane-operator has to clean up: it may never have started, be broken, or be gone first. */
const patienceMs = 60_000;

/**
 * Lets a HostedControlPlane that is being deleted go without the help of its operator, once that had its time. All that
 * it made is in the namespace, which goes next. What others still have to do, such as a backup, is theirs to end.
 */
export async function letGo(
  { kube, now }: Pass,
  hostedControlPlane: HostedControlPlane,
  { atOnce = false } = {},
): Promise<void> {
  const since = Date.parse(hostedControlPlane.metadata?.deletionTimestamp ?? now().toISOString());
  const isDue = atOnce || now().getTime() - since > patienceMs;
  if (!isDue || !hasFinalizer(hostedControlPlane, controlPlaneFinalizer)) return;
  try {
    await dropFinalizer(kube, HostedControlPlane, hostedControlPlane, controlPlaneFinalizer);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
