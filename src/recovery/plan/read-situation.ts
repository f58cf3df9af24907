import { BackupSchedule } from "../../api/backup-schedule.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { Backup, BackupLocation, HostedCluster, HostedControlPlane, Restore } from "../../api/index.ts";
import { Namespace } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { chooseBase } from "./choose-base.ts";
import { othersFirst } from "./others-first.ts";
import type { Situation } from "./situation.ts";
import { sourceOf } from "./source-of.ts";

/** Reads what a plan follows from: absence in a memory would not be absence. */
export async function readSituation(kube: Kube, restore: Restore): Promise<Situation> {
  const { metadata, spec, status } = restore;
  const { namespace = "" } = metadata ?? {};
  const live = { live: true };
  const [cluster, restores] = await Promise.all([
    kube.get(HostedCluster, spec.clusterName, namespace, live),
    kube.list(Restore, { namespace, ...live }),
  ]);
  // Once it has begun it goes on with the backup that it began with.
  const named = spec.from.backupName ?? status?.backupName;
  const backup = named
    ? await kube.get(Backup, named, namespace, live)
    : cluster && spec.from.time
      ? await baseOf(kube, spec, cluster)
      : undefined;
  const { location: locationName } = sourceOf(restore, backup);
  const [plane, location] = await Promise.all([
    cluster && kube.get(HostedControlPlane, spec.clusterName, controlPlaneNamespace(cluster), live),
    locationName ? kube.get(BackupLocation, locationName, undefined, live) : undefined,
  ]);
  const hasNamespace =
    cluster && !plane
      ? (await kube.get(Namespace, controlPlaneNamespace(cluster), undefined, live)) !== undefined
      : undefined;
  return { cluster, plane, hasNamespace, backup, location, others: othersFirst(restore, restores) };
}

/** The backup that changes up to the time follow upon. */
async function baseOf(kube: Kube, { from }: Restore["spec"], { metadata = {} }: HostedCluster) {
  const { name, namespace, uid = "" } = metadata;
  const [backups, schedules] = await Promise.all([
    kube.list(Backup, { namespace, live: true }),
    kube.list(BackupSchedule, { namespace, live: true }),
  ]);
  const shipping = schedules.filter(({ spec, status }) => spec.clusterName === name && status?.changes);
  const locations = from.locationName ? [from.locationName] : shipping.map(({ spec }) => spec.locationName);
  return chooseBase(backups, { uid, locations, time: new Date(from.time ?? "") });
}
