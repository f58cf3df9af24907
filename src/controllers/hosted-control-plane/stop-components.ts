import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { componentLabelName } from "../../control-plane/component.ts";
import type { Context } from "../../kube/controller.ts";
import { Deployment, Pod, StatefulSet } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";

/**
 * Stops the control plane for good. Its pods are not given the time that they take to end in good order: nobody is to
 * be served any more, and an API server whose etcd ended first would wait for it in vain.
 */
export async function stopComponents(hcp: HostedControlPlane, { kube }: Context): Promise<void> {
  const { namespace = "", uid } = hcp.metadata ?? {};
  const isOurs = ({ metadata }: Resource) => metadata?.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
  const stopped = new Set<string>();
  for (const kind of [Deployment, StatefulSet]) {
    for (const { metadata } of (await kube.list(kind as typeof Deployment, { namespace })).filter(isOurs)) {
      await kube.delete(kind as typeof Deployment, metadata?.name ?? "", namespace, { propagation: "Background" });
      stopped.add(metadata?.labels?.[componentLabelName] ?? "");
    }
  }
  const pods = await kube.list(Pod, { namespace });
  const ofStopped = pods.filter(({ metadata }) => stopped.has(metadata?.labels?.[componentLabelName] ?? ""));
  const options = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 1 };
  await Promise.all(
    ofStopped.map(({ metadata }) =>
      kube.request("DELETE", `/api/v1/namespaces/${namespace}/pods/${metadata?.name}`, { body: options }),
    ),
  );
}
