import { Backup } from "../../api/backup.ts";
import { BackupSchedule } from "../../api/backup-schedule.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { Restore } from "../../api/restore.ts";
import { type Condition, findCondition } from "../../kube/conditions.ts";
import { isGood } from "../backup/is-good.ts";
import { ofCluster } from "../backup-schedule/of-cluster.ts";
import type { Pass } from "./pass.ts";

/** What is known of a cluster whose etcd has lost all of its data, or had when it was looked at last. */
export interface LossFacts {
  cluster: HostedCluster;
  /** Every member of etcd says that it had data, and has nothing now. */
  isLost: boolean;
  /** The API is to be served from etcd again. */
  isThere: boolean;
  /** Since when it is lost, as the status tells it: nothing before a pass has written it. */
  since?: string;
  /** The cluster's good Backups, the newest first. */
  backups: readonly Backup[];
  /** Up to when its changes are known to lie in a location, where they are shipped there. */
  changedAt?: string;
  /** The cluster's Restores that are not over. */
  underWay: readonly Restore[];
  /** Those that were asked for since it is lost, by whomever; the newest first. */
  tried: readonly Restore[];
}

/** Looks at the server itself what there is of a loss; nothing where nothing is lost. */
export async function lossFacts({
  cluster,
  kube,
  hostedControlPlane,
  namespace,
}: Pass): Promise<LossFacts | undefined> {
  const { name = "", namespace: home, uid = "" } = cluster.metadata ?? {};
  const before = lossOf(cluster);
  if (!before && !isLost(etcdOf(hostedControlPlane))) return undefined;
  const live = { live: true };
  const [plane, backups, restores, schedules] = await Promise.all([
    hostedControlPlane && kube.get(HostedControlPlane, name, namespace, live),
    kube.list(Backup, { namespace: home, ...live }),
    kube.list(Restore, { namespace: home, ...live }),
    kube.list(BackupSchedule, { namespace: home, ...live }),
  ]);
  const etcd = etcdOf(plane);
  const since = before?.lastTransitionTime;
  const own = restores.filter(({ spec }) => spec.clusterName === name);
  const time = ({ metadata }: Restore) => Date.parse(metadata?.creationTimestamp ?? "");
  return {
    cluster,
    isLost: isLost(etcd),
    isThere: etcd?.status === "True",
    since,
    backups: ofCluster(backups, { name, uid })
      .filter(isGood)
      .sort((a, b) => completed(b) - completed(a)),
    changedAt: schedules
      .filter(({ spec }) => spec.clusterName === name)
      .flatMap(({ status }) => status?.changes?.time ?? [])
      .sort((a, b) => Date.parse(b) - Date.parse(a))[0],
    underWay: own.filter(({ status }) => !status?.completedAt),
    tried: own.filter((each) => since && time(each) >= Date.parse(since)).sort((a, b) => time(b) - time(a)),
  };
}

const completed = ({ status }: Backup) => Date.parse(status?.completedAt ?? "");

const etcdOf = (plane: HostedControlPlane | undefined) =>
  findCondition(plane?.status?.conditions as Condition[] | undefined, "EtcdAvailable");

const isLost = (etcd: Condition | undefined) => etcd?.status === "False" && etcd.reason === "EtcdVolumeLost";

function lossOf({ status }: HostedCluster): Condition | undefined {
  const found = findCondition(status?.conditions as Condition[] | undefined, "EtcdDataLost");
  return found?.status === "True" ? found : undefined;
}
