import { HostedCluster } from "../../api/hosted-cluster.ts";
import { Restore } from "../../api/restore.ts";
import type { Context } from "../../kube/controller.ts";

/** A Restore tells of one cluster: it goes with that, and is not taken for one of another cluster of the same name. */
export async function goWith(
  restore: Restore,
  cluster: HostedCluster | undefined,
  { kube }: Pick<Context, "kube">,
): Promise<void> {
  const { name = "", namespace, ownerReferences = [] } = restore.metadata ?? {};
  const { name: clusterName = "", uid = "" } = cluster?.metadata ?? {};
  if (!cluster || ownerReferences.some((owner) => owner.uid === uid)) return;
  const { apiVersion, kind } = HostedCluster;
  const metadata = { ownerReferences: [...ownerReferences, { apiVersion, kind, name: clusterName, uid }] };
  const written = await kube.patch(Restore, name, namespace, { metadata });
  restore.metadata = { ...written.metadata };
}
