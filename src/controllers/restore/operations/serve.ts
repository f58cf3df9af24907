import { durableRecordName } from "../../../api/durable-record-name.ts";
import type { HostedCluster } from "../../../api/hosted-cluster.ts";
import { ConfigMap } from "../../../kube/kinds.ts";
import { durableRecord } from "../../hosted-control-plane/durable-record.ts";
import { doWork } from "../../recovery-job/do-work.ts";
import { Failed, type Operation, type Pass } from "../operation.ts";
import { servedName, servedPort } from "../served.ts";
import { ensureServing } from "../serving.ts";

/** The revision is raised by this much above the highest that is known: the record of that may be some minutes old. */
const bump = 1_000_000_000;

/**
 * A Job reads the manifest, tells what it says, and has the snapshot at hand, decrypted, under an address that nobody can
 * guess: for the members of etcd, which reach no store.
 */
export const serve: Operation = {
  async execute(pass) {
    const { restore, options, kube, location, path = "" } = pass;
    if (!location) throw new Failed("The BackupLocation is gone");
    const { name = "", namespace = "" } = restore.metadata ?? {};
    const { time } = restore.spec.from;
    const { operatorNamespace } = options;
    const served = servedName(pass);
    await ensureServing({ kube, name: served, namespace: operatorNamespace }, pass.now());
    const outcome = await doWork(kube, options, {
      name: served,
      program: "serve-snapshot",
      args: [
        ...["--path", path, "--restore", name, "--restore-namespace", namespace],
        ...["--credentials", served, "--namespace", operatorNamespace, "--port", String(servedPort)],
        ...(time ? ["--at", time] : []),
      ],
      owner: { ...restore, kind: "Restore" },
      location,
      // Reading the backup an hour, and replaying changes, of which a second takes a thousand, a few more; then as long as
      // the members may take until they have it.
      deadlineSeconds: (time ? 8 : 3) * 3600,
    });
    if (restore.status?.problem) throw new Failed(restore.status.problem);
    if (outcome.state === "failed") throw new Failed(outcome.message);
    if (!restore.status?.snapshot) return outcome.state === "running" ? outcome.message : "The snapshot is read";
    if (!isOf(restore.status.snapshot.cluster, pass.cluster)) {
      throw new Failed(
        `What lies at ${path} is of another cluster that had the name ${restore.spec.clusterName}, and has other keys: restore from a backup of this one`,
      );
    }
    restore.status.revision ??= (await highestKnown(pass, restore.status.snapshot.revision)) + bump;
    return undefined;
  },
};

/** A cluster that was moved has another UID, and the identity that it was given once. */
function isOf(recorded: { uid: string; clusterID?: string } | undefined, cluster: HostedCluster | undefined): boolean {
  if (!recorded || !cluster) return true;
  const { metadata, spec } = cluster;
  return recorded.uid === metadata?.uid || (recorded.clusterID ?? "") === spec.clusterID;
}

/** Of the snapshot and of the etcd that is there: whoever follows the API may have seen either. */
async function highestKnown({ kube, plane }: Pass, snapshot: number): Promise<number> {
  const record = await kube.get(ConfigMap, durableRecordName, plane?.metadata?.namespace, { live: true });
  return Math.max(snapshot, durableRecord(record ? [record] : []).etcdRevision?.highest ?? 0);
}
