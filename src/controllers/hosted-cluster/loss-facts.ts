import { Backup } from "../../api/backup.ts";
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
  const [plane, backups, restores] = await Promise.all([
    hostedControlPlane && kube.get(HostedControlPlane, name, namespace, live),
    kube.list(Backup, { namespace: home, ...live }),
    kube.list(Restore, { namespace: home, ...live }),
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
