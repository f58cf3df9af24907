import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { isNotFound } from "../../kube/api-error.ts";
import { dropFinalizer, hasFinalizer } from "../../kube/finalizer.ts";
import type { Pass } from "./pass.ts";

/** What the control-plane-operator holds its HostedControlPlane with until it has stopped everything. */
export const controlPlaneFinalizer = "hypershift.openshift.io/finalizer";

/** Says that the control plane first has to remove what the hosted cluster's own operators made at a cloud. */
const cleansUpCloud = "hypershift.openshift.io/cleanup-cloud-resources";

/** How long the control-plane-operator has to clean up: it may never have started, be broken, or be gone first. */
const patienceMs = 60_000;

/**
 * Lets a HostedControlPlane that is being deleted go without the help of its operator, once that had its time. All that
 * it made is in the namespace, which goes next. What others still have to do, such as a backup, is theirs to end.
 */
export async function letGo(
  pass: Pass,
  hostedControlPlane: HostedControlPlane,
  { atOnce = false } = {},
): Promise<void> {
  const { kube, now } = pass;
  const since = Date.parse(hostedControlPlane.metadata?.deletionTimestamp ?? now().toISOString());
  const isDue = atOnce || now().getTime() - since > patienceMs;
  if (!isDue || mustCleanUp(pass) || !hasFinalizer(hostedControlPlane, controlPlaneFinalizer)) return;
  try {
    await dropFinalizer(kube, HostedControlPlane, hostedControlPlane, controlPlaneFinalizer);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/**
 * Whether only its own operator may let the control plane of a cluster that is being deleted go. Where somebody deletes
 * its namespace alone, that operator goes first, and nobody is left to clean up.
 */
export function mustCleanUp({ cluster: { metadata } }: Pick<Pass, "cluster">): boolean {
  return metadata?.deletionTimestamp !== undefined && metadata.annotations?.[cleansUpCloud] === "true";
}
