import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { Backup, BackupLocation, HostedCluster, HostedControlPlane, Restore } from "../../api/index.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Situation } from "./situation.ts";

/** Reads what a plan follows from: absence in a memory would not be absence. */
export async function readSituation(kube: Kube, { metadata, spec }: Restore): Promise<Situation> {
  const { namespace = "", name } = metadata ?? {};
  const live = { live: true };
  const [cluster, backup, restores] = await Promise.all([
    kube.get(HostedCluster, spec.clusterName, namespace, live),
    kube.get(Backup, spec.from.backupName, namespace, live),
    kube.list(Restore, { namespace, ...live }),
  ]);
  const [plane, location] = await Promise.all([
    cluster && kube.get(HostedControlPlane, spec.clusterName, controlPlaneNamespace(cluster), live),
    backup && kube.get(BackupLocation, backup.spec.locationName, undefined, live),
  ]);
  const others = restores.filter(
    (other) => other.metadata?.name !== name && other.spec.clusterName === spec.clusterName && isUnderWay(other),
  );
  return { cluster, plane, backup, location, others };
}

/** One that has not begun anything yet holds up nobody. */
const isUnderWay = ({ status }: Restore) => status?.operations !== undefined && status.completedAt === undefined;
