import { isBeingDeleted } from "../../kube/finalizer.ts";
import type { Kind } from "../../kube/kind.ts";
import { Deployment, Pod, ReplicaSet, StatefulSet } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { allOf } from "../all-of.ts";

/**
 * Has pods end within a second in place of the time that they take to end in good order: nobody is to be served by them
 * any more, and an API server whose etcd ended first would wait for it in vain. What would make them anew goes first,
 * without them: whoever deletes a pod gives it its full time, and a kubelet that has begun to wait for that does not
 * stop sooner. Gives the pods that are there yet, and whether they were all asked to end.
 */
export async function endAtOnce(
  { kube, namespace }: { kube: Kube; namespace: string },
  isMeant: (object: Resource) => boolean,
): Promise<{ pods: Pod[]; asked: Promise<unknown> }> {
  for (const kind of [Deployment, ReplicaSet, StatefulSet] as Kind<Resource>[]) {
    for (const { metadata } of (await kube.list(kind, { namespace })).filter(isMeant)) {
      if (metadata?.deletionTimestamp) continue;
      await kube.delete(kind, metadata?.name ?? "", namespace, { propagation: "Orphan" });
    }
  }
  const pods = (await kube.list(Pod, { namespace, live: true })).filter(isMeant);
  const asked = pods
    .filter((pod) => !isBeingDeleted(pod))
    .map(({ metadata: { name = "", uid } = {} }) => kube.delete(Pod, name, namespace, { uid, gracePeriodSeconds: 1 }));
  return { pods, asked: allOf(asked) };
}
