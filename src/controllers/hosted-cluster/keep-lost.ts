import { durableRecordName } from "../../api/durable-record-name.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { type Outcome, wait } from "../../kube/controller.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { ConfigMap, Namespace } from "../../kube/kinds.ts";
import { letGo } from "./let-go.ts";
import type { Pass } from "./pass.ts";

/** A restore puts back one object after the other, and most of them wake nobody here. */
const lookAgainMs = 10_000;

/**
 * Lets a control plane's namespace go that somebody deleted, and then keeps it lost: a new one would have new keys and
 * no data, and pass for the cluster that its users know. So would one that is restored only in part.
 */
export async function keepLost(pass: Pass): Promise<Outcome> {
  const { cluster, hostedControlPlane, kube, namespace } = pass;
  if (hostedControlPlane && !isBeingDeleted(hostedControlPlane)) return;
  const present = await kube.get(Namespace, namespace);
  if (present && isBeingDeleted(present)) {
    if (hostedControlPlane) await letGo(pass, hostedControlPlane);
    return wait("Deleting", `The namespace ${namespace} of the control plane is being deleted`, 5_000);
  }
  if (!ranOnce(cluster)) return;
  if (!present) {
    return wait(
      "ControlPlaneLost",
      `The namespace ${namespace} is gone, and with it the keys and the data of the cluster: restore it from a backup (hcp restore cluster), or delete the HostedCluster`,
      lookAgainMs,
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
