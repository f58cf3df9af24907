import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { Backup, BackupLocation, HostedCluster, HostedControlPlane, Restore } from "../../api/index.ts";
import { Namespace } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Situation } from "./situation.ts";
import { sourceOf } from "./source-of.ts";

/** Reads what a plan follows from: absence in a memory would not be absence. */
export async function readSituation(kube: Kube, restore: Restore): Promise<Situation> {
  const { metadata, spec } = restore;
  const { namespace = "", name } = metadata ?? {};
  const live = { live: true };
  const [cluster, backup, restores] = await Promise.all([
    kube.get(HostedCluster, spec.clusterName, namespace, live),
    spec.from.backupName === undefined ? undefined : kube.get(Backup, spec.from.backupName, namespace, live),
    kube.list(Restore, { namespace, ...live }),
  ]);
  const { location: locationName } = sourceOf(restore, backup);
  const [plane, location] = await Promise.all([
    cluster && kube.get(HostedControlPlane, spec.clusterName, controlPlaneNamespace(cluster), live),
    locationName ? kube.get(BackupLocation, locationName, undefined, live) : undefined,
  ]);
  const hasNamespace =
    cluster && !plane
      ? (await kube.get(Namespace, controlPlaneNamespace(cluster), undefined, live)) !== undefined
      : undefined;
  const others = restores.filter(
    (other) => other.metadata?.name !== name && other.spec.clusterName === spec.clusterName && isUnderWay(other),
  );
  return { cluster, plane, hasNamespace, backup, location, others };
}

/** One that has not begun anything yet holds up nobody. */
const isUnderWay = ({ status }: Restore) => status?.operations !== undefined && status.completedAt === undefined;
