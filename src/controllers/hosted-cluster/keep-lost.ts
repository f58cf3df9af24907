import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { type Outcome, Stalled, wait } from "../../kube/controller.ts";
import { dropFinalizer, hasFinalizer, isBeingDeleted } from "../../kube/finalizer.ts";
import { ConfigMap, Namespace } from "../../kube/kinds.ts";
import { durableRecordName } from "../hosted-control-plane/durable-record.ts";
import type { Pass } from "./pass.ts";

/** What the control-plane-operator holds a HostedControlPlane with. */
const finalizer = "hypershift.openshift.io/finalizer";

/** How long the control-plane-operator has to clean up: where its whole namespace goes, it may be gone first. */
const patienceMs = 60_000;

/** A restore puts back one object after the other, and most of them wake nobody here. */
const lookAgainMs = 10_000;

/**
 * Lets a control plane's namespace go that somebody deleted, and then keeps it lost: a new one would have new keys and
 * no data, and pass for the cluster that its users know. So would one that is restored only in part.
 */
export async function keepLost(pass: Pass): Promise<Outcome> {
  const { cluster, hostedControlPlane, kube, namespace, now } = pass;
  if (hostedControlPlane && !isBeingDeleted(hostedControlPlane)) return;
  const present = await kube.get(Namespace, namespace);
  if (present && isBeingDeleted(present)) {
    const since = now().getTime() - Date.parse(hostedControlPlane?.metadata?.deletionTimestamp ?? "");
    if (hostedControlPlane && since > patienceMs && hasFinalizer(hostedControlPlane, finalizer)) {
      await dropFinalizer(kube, HostedControlPlane, hostedControlPlane, finalizer);
    }
    return wait("Deleting", `The namespace ${namespace} of the control plane is being deleted`, 5_000);
  }
  if (!ranOnce(cluster)) return;
  if (!present) {
    throw new Stalled(
      "ControlPlaneLost",
      `The namespace ${namespace} is gone, and with it the keys and the data of the cluster: restore the namespace from a backup, or delete the HostedCluster`,
    );
  }
  // Whose it is instead is said by who makes the namespace.
  if (hostedControlPlane || (pass.presentNamespace && !pass.ownsNamespace)) return;
  if (await kube.get(ConfigMap, durableRecordName, namespace)) return;
  return wait(
    "ControlPlaneLost",
    `The namespace ${namespace} is there, but not the record of what its control plane was (ConfigMap ${durableRecordName}): restore all of the namespace from a backup, or delete the HostedCluster`,
    lookAgainMs,
  );
}

/** Whether there was a cluster that somebody could use. */
function ranOnce({ status }: HostedCluster): boolean {
  return status?.version?.history?.some(({ state }) => state === "Completed") ?? false;
}
