import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { componentLabelName } from "../../control-plane/component.ts";
import { components } from "../../control-plane/index.ts";
import { type Context, type Outcome, wait } from "../../kube/controller.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { Deployment, Pod, ReplicaSet, StatefulSet } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { allOf } from "../all-of.ts";

/** For how long the end of the pods is waited for; what is left then goes with the namespace. */
const patienceMs = 30_000;

/**
 * Stops the control plane for good, and waits until its pods are gone. They are not given the time that they take to end
 * in good order: nobody is to be served any more, and an API server whose etcd ended first would wait for it in vain.
 * So the pods are not left to the garbage collector, which gives each its full time, and a kubelet that has begun to
 * wait for that does not stop sooner.
 */
export async function stopComponents(hcp: HostedControlPlane, { kube, now }: Context): Promise<Outcome> {
  const { namespace = "" } = hcp.metadata ?? {};
  for (const kind of [Deployment, ReplicaSet, StatefulSet] as (typeof Deployment)[]) {
    for (const { metadata } of (await kube.list(kind, { namespace })).filter(isOfComponent)) {
      if (metadata?.deletionTimestamp) continue;
      await kube.delete(kind, metadata?.name ?? "", namespace, { propagation: "Orphan" });
    }
  }
  const pods = (await kube.list(Pod, { namespace, live: true })).filter(isOfComponent);
  const since = now().getTime() - Date.parse(hcp.metadata?.deletionTimestamp ?? now().toISOString());
  const isPatient = since <= patienceMs;
  const stopped = pods
    .filter((pod) => !isBeingDeleted(pod))
    .map(({ metadata: { name = "", uid } = {} }) => kube.delete(Pod, name, namespace, { uid, gracePeriodSeconds: 1 }));
  await allOf(stopped).catch((error: Error) => {
    if (isPatient) throw error;
  });
  if (pods.length > 0 && isPatient)
    return wait("DeletingControlPlane", `waiting for ${pods.length} pods of the control plane to end`, 500);
}

const names = new Set(components.map(({ name }) => name));

function isOfComponent({ metadata }: Resource): boolean {
  return names.has(metadata?.labels?.[componentLabelName] ?? "");
}
