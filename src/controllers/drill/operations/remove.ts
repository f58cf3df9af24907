import type { Drill } from "../../../api/drill.ts";
import { drillAnnotation } from "../../../api/drill-namespace.ts";
import { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import { isNotFound } from "../../../kube/api-error.ts";
import { isBeingDeleted } from "../../../kube/finalizer.ts";
import { Namespace } from "../../../kube/kinds.ts";
import type { Kube } from "../../../kube/kube.ts";
import { keyOf } from "../../../kube/watch.ts";
import { endContents } from "../../hosted-cluster/end-contents.ts";
import { removeServing } from "../../restore/serving.ts";
import { type Pass, servingOf } from "../operation.ts";

/** All that the drill has made goes; nothing is left to do once the server has its namespace no more. */
export async function remove(
  pass: Pick<Pass, "drill" | "kube" | "namespace" | "options">,
): Promise<string | undefined> {
  const { drill, kube, namespace } = pass;
  await removeServing(servingOf(pass));
  const present = await kube.get(Namespace, namespace, undefined, { live: true });
  if (!present || !isOf(drill, present)) return undefined;
  if (!isBeingDeleted(present)) {
    await kube.delete(Namespace, namespace, undefined, { uid: present.metadata?.uid });
  }
  await letPlanesGo(kube, namespace);
  await endContents(kube, namespace);
  const left = present.status?.conditions?.find(
    ({ type, status }) => type === "NamespaceContentRemaining" && status === "True",
  );
  return `Waiting for the namespace ${namespace} to empty${left?.message ? `: ${left.message}` : ""}`;
}

/** By its uid; by its mark where the drill died before it was on record. */
function isOf(drill: Drill, { metadata }: Namespace): boolean {
  const recorded = drill.status?.namespaceUID;
  return recorded ? metadata?.uid === recorded : metadata?.annotations?.[drillAnnotation] === keyOf(drill);
}

/** Its operator goes with the namespace, and nobody else would take the finalizer away. */
async function letPlanesGo(kube: Kube, namespace: string): Promise<void> {
  for (const { metadata } of await kube.list(HostedControlPlane, { namespace, live: true })) {
    const name = metadata?.name ?? "";
    await kube.delete(HostedControlPlane, name, namespace, { uid: metadata?.uid });
    if (!metadata?.finalizers?.length) continue;
    await kube
      .patch(HostedControlPlane, name, namespace, { metadata: { finalizers: null } })
      .catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
  }
}
