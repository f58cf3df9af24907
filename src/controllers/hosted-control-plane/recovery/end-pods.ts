import { wantedRecovery } from "../../../api/wanted-recovery.ts";
import { isBeingDeleted } from "../../../kube/finalizer.ts";
import { Pod, type StatefulSet } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";
import { endAtOnce } from "../end-at-once.ts";
import { isOfComponent } from "../is-of-component.ts";
import type { PlaneStep } from "../pass.ts";

/**
 * While a recovery wants less than all of the control plane, what is to end does so at once: in good order an API server
 * takes half a minute, for the sake of clients that are about to get another one. Not etcd, whose data may be put back.
 */
export const endPods: PlaneStep = async ({ hcp, kube, namespace }) => {
  const { mode = "Running" } = wantedRecovery(hcp) ?? {};
  if (mode === "Running") return;
  const isToEnd = (object: Resource) => isOfComponent(object, ["etcd"]);
  const pods = (await kube.list(Pod, { namespace })).filter(isToEnd);
  if (pods.every(isBeingDeleted)) return;
  const isScaled = (object: Resource) => (object as StatefulSet).spec?.replicas !== 0;
  const { asked } = await endAtOnce({ kube, namespace }, (object) => isToEnd(object) && isScaled(object));
  await asked;
};
