import { componentLabelName } from "../../control-plane/component.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { PersistentVolumeClaim, Pod } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { allOf } from "../all-of.ts";

/** Has the pods of a control plane end at once, and its volume claims go: in a namespace that is being deleted. */
export async function endContents(kube: Kube, namespace: string): Promise<void> {
  const stay = <R extends Resource>(objects: R[]) => objects.filter((each) => !isBeingDeleted(each));
  await allOf<unknown>([
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
