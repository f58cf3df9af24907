import { componentLabelName } from "../../control-plane/component.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { PersistentVolumeClaim, Pod } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { allOf } from "../all-of.ts";
import { letGo } from "./let-go.ts";
import type { Pass } from "./pass.ts";

/**
 * Takes out of a namespace that is being deleted what would hold that up. Kubernetes begins to empty it five seconds
 * later, gives each pod all the time that it may take to end, and looks again only after further seconds where pods, or
 * volume claims that pods hold, are left. Nobody is to be served any more, so pods end at once, and nothing can be made
 * there in their place. What is refused keeps nothing else from going.
 */
export async function emptyNamespace(pass: Pass): Promise<void> {
  const { kube, namespace, hostedControlPlane } = pass;
  const stay = <R extends Resource>(objects: R[]) => objects.filter((each) => !isBeingDeleted(each));
  await allOf<unknown>([
    ...(hostedControlPlane ? [letGo(pass, hostedControlPlane, { atOnce: true })] : []),
    kube.list(Pod, { namespace }).then((pods) =>
      allOf(
        stay(pods)
          .filter(({ metadata }) => metadata?.labels?.[componentLabelName])
          .map(({ metadata: { name = "", uid } = {} }) =>
            kube.delete(Pod, name, namespace, { uid, gracePeriodSeconds: 1 }),
          ),
      ),
    ),
    kube
      .list(PersistentVolumeClaim, { namespace })
      .then((claims) =>
        allOf(
          stay(claims).map(({ metadata: { name = "", uid } = {} }) =>
            kube.delete(PersistentVolumeClaim, name, namespace, { uid }),
          ),
        ),
      ),
  ]);
}
