import { componentLabelName } from "../../control-plane/component.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { PersistentVolumeClaim, Pod } from "../../kube/kinds.ts";
import { letGo } from "./let-go.ts";
import type { Pass } from "./pass.ts";

/**
 * Takes out of a namespace that is being deleted what would hold that up. Kubernetes begins to empty it five seconds
 * later, gives each pod all the time that it may take to end, and looks again only after further seconds where pods, or
 * volume claims that pods hold, are left. Nobody is to be served any more, so pods end at once, and nothing can be made
 * there in their place.
 */
export async function emptyNamespace(pass: Pass): Promise<void> {
  const { kube, namespace, hostedControlPlane } = pass;
  const [pods, claims] = await Promise.all([
    kube.list(Pod, { namespace }),
    kube.list(PersistentVolumeClaim, { namespace }),
  ]);
  const body = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 1 };
  const stay = <R extends Pod | PersistentVolumeClaim>(objects: R[]) => objects.filter((each) => !isBeingDeleted(each));
  await Promise.all([
    ...stay(pods)
      .filter(({ metadata }) => metadata?.labels?.[componentLabelName])
      .map(({ metadata }) =>
        kube.request("DELETE", `/api/v1/namespaces/${namespace}/pods/${metadata?.name}`, { body }),
      ),
    ...stay(claims).map(({ metadata }) => kube.delete(PersistentVolumeClaim, metadata?.name ?? "", namespace)),
  ]);
  if (hostedControlPlane) await letGo(pass, hostedControlPlane, { atOnce: true });
}
