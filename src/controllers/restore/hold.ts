import { type Held, heldAnnotation, heldByAnnotation } from "../../api/held.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { Failed, type Pass } from "./operation.ts";

/** Says at the HostedCluster what of it nobody is to act on; nothing where all of it may go. */
export async function hold({ kube, cluster }: Pass, held: Held | undefined): Promise<void> {
  if (!cluster) throw new Failed("The HostedCluster is gone");
  const { name = "", namespace, annotations, uid } = cluster.metadata ?? {};
  const { [heldAnnotation]: present, [heldByAnnotation]: by } = annotations ?? {};
  if (present === held && (held || !by)) return;
  const changes = { [heldAnnotation]: held ?? null, ...(!held && { [heldByAnnotation]: null }) };
  const metadata = { uid, annotations: changes };
  await kube.patch(HostedCluster, name, namespace, { metadata });
}
