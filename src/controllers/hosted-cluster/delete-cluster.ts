import { Cluster } from "../../api/cluster-api.ts";
import { goDurationMs } from "../../api/go-duration.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { NodePool } from "../../api/node-pool.ts";
import { ownedNamespace } from "../../api/owned-namespace.ts";
import type { Outcome } from "../../kube/controller.ts";
import { wait } from "../../kube/controller.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { Namespace } from "../../kube/kinds.ts";
import { emptyNamespace } from "./empty-namespace.ts";
import { controlPlaneFinalizer, letGo, mustCleanUp } from "./let-go.ts";
import { type ClusterStep, type Pass, state } from "./pass.ts";

/** Watches say when something is gone; this is for what no watch shows. */
const lookAgainMs = 5_000;

const keepsNamespace = "hypershift.openshift.io/skip-delete-hosted-controlplane-namespace";

/** Takes the cluster away, from the outside in: machines first, then the control plane, then its namespace. */
export const deletion: ClusterStep[] = [
  deleteNodePools,
  deleteClusterApi,
  deleteHostedControlPlane,
  deleteNamespace,
  waitOutGracePeriod,
];

function waiting(pass: Pass, reason: string, message: string): Outcome {
  state(pass, { type: "Progressing", status: "True", reason, message });
  state(pass, {
    type: "Available",
    status: "False",
    reason: "Deleting",
    message: `The cluster is being deleted: ${message}`,
  });
  return wait(reason, message, lookAgainMs);
}

async function deleteNodePools(pass: Pass): Promise<Outcome> {
  const { kube, cluster } = pass;
  const all = await kube.list(NodePool, { namespace: cluster.metadata?.namespace });
  const ours = all.filter((pool) => pool.spec.clusterName === cluster.metadata?.name);
  if (ours.length === 0) return;
  await unpause(pass);
  for (const pool of ours) {
    if (!isBeingDeleted(pool)) await kube.delete(NodePool, pool.metadata?.name ?? "", pool.metadata?.namespace);
  }
  const names = ours.map((pool) => pool.metadata?.name).join(", ");
  return waiting(
    pass,
    "DeletingNodePools",
    `waiting for the machines of ${ours.length === 1 ? "NodePool" : "NodePools"} ${names} to go`,
  );
}

/** A paused cluster can be deleted like any other: whoever still has to act must be awake for that. */
async function unpause({ kube, cluster, hostedControlPlane, namespace, ownsNamespace }: Pass): Promise<void> {
  if (!ownsNamespace) return;
  if (hostedControlPlane?.spec.pausedUntil) {
    await kube.patch(HostedControlPlane, cluster.metadata?.name ?? "", namespace, { spec: { pausedUntil: null } });
  }
  const capi = cluster.spec.infraID ? await kube.get(Cluster, cluster.spec.infraID, namespace) : undefined;
  if (capi?.spec.paused) await kube.patch(Cluster, cluster.spec.infraID ?? "", namespace, { spec: { paused: false } });
}

async function deleteClusterApi(pass: Pass): Promise<Outcome> {
  const { kube, cluster, hostedControlPlane, namespace, ownsNamespace } = pass;
  if (!ownsNamespace) return;
  await unpause(pass);
  const capi = cluster.spec.infraID ? await kube.get(Cluster, cluster.spec.infraID, namespace) : undefined;
  if (!capi) return;
  if (!isBeingDeleted(capi)) await kube.delete(Cluster, cluster.spec.infraID ?? "", namespace);
  // Cluster API deletes the control plane once the machines are gone, and waits for it.
  if (hostedControlPlane && isBeingDeleted(hostedControlPlane)) await letGo(pass, hostedControlPlane);
  return waiting(
    pass,
    "DeletingInfrastructure",
    `waiting for Cluster API to remove the Cluster ${cluster.spec.infraID}`,
  );
}

async function deleteHostedControlPlane(pass: Pass): Promise<Outcome> {
  const { kube, cluster, hostedControlPlane, namespace } = pass;
  if (!hostedControlPlane || goesWithNamespace(pass)) return;
  const name = cluster.metadata?.name ?? "";
  if (!isBeingDeleted(hostedControlPlane)) await kube.delete(HostedControlPlane, name, namespace);
  await letGo(pass, hostedControlPlane);
  const others = (hostedControlPlane.metadata?.finalizers ?? []).filter((each) => each !== controlPlaneFinalizer);
  const held = others.length > 0 ? `, and for what set the finalizers ${others.join(", ")} to drop them` : "";
  return waiting(pass, "DeletingControlPlane", `waiting for the control plane to stop${held}`);
}

/**
 * Whether nobody has anything left to do for the control plane but to stop it, which does not need its operator where
 * the namespace goes as well. What is being deleted cannot be held by others any more.
 */
function goesWithNamespace(pass: Pass): boolean {
  const { hostedControlPlane: plane } = pass;
  if (!plane || !isBeingDeleted(plane) || mustCleanUp(pass) || asks(pass, keepsNamespace)) return false;
  return plane.metadata?.finalizers?.every((each) => each === controlPlaneFinalizer) ?? true;
}

function asks({ cluster }: Pass, annotation: string): boolean {
  return cluster.metadata?.annotations?.[annotation] === "true";
}

async function deleteNamespace(pass: Pass): Promise<Outcome> {
  const { kube, cluster, namespace, presentNamespace: present } = pass;
  if (!present || !pass.ownsNamespace || asks(pass, keepsNamespace)) return;
  const { uid } = present.metadata ?? {};
  if (!isBeingDeleted(present)) await kube.delete(Namespace, namespace, undefined, { uid });
  // What is remembered may be another's by now, who keeps data there.
  const { present: live, owned } = await ownedNamespace(kube, cluster, { live: true });
  if (live && owned && live.metadata?.uid === uid && isBeingDeleted(live)) await emptyNamespace(pass);
  const left = present.status?.conditions?.find(
    ({ type, status }) => type === "NamespaceContentRemaining" && status === "True",
  );
  return waiting(
    pass,
    "DeletingNamespace",
    `waiting for the namespace ${namespace} to empty${left?.message ? `: ${left.message}` : ""}`,
  );
}

/** Keeps the object for the time its annotation asks for, so that others can see how it ended. */
function waitOutGracePeriod(pass: Pass): Outcome {
  const { cluster, now } = pass;
  const text = cluster.metadata?.annotations?.["hypershift.openshift.io/destroy-grace-period"];
  const graceMs = goDurationMs(text);
  if (!graceMs) return;
  const before = cluster.status?.conditions?.find(({ type }) => type === "HostedClusterDestroyed");
  state(pass, {
    type: "HostedClusterDestroyed",
    status: "True",
    reason: "WaitingForGracePeriod",
    message: `The cluster is gone; its HostedCluster stays for another ${text}`,
  });
  const since = before?.status === "True" ? Date.parse(before.lastTransitionTime) : now().getTime();
  const left = since + graceMs - now().getTime();
  if (left > 0) return wait("WaitingForGracePeriod", `the grace period of ${text} has not passed`, left);
}
