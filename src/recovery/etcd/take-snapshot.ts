import { durableRecordName } from "../../api/durable-record-name.ts";
import { memberHost } from "../../control-plane/etcd/members.ts";
import { EtcdClient, type EtcdClientOptions } from "../../etcd/etcd-client.ts";
import { observeMembers } from "../../etcd/observe-members.ts";
import { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { textOf } from "../../kube/text-of.ts";
import type { EtcdFacts } from "../manifest.ts";
import { acknowledgedRevision } from "./acknowledged-revision.ts";
import { chooseMember } from "./choose-member.ts";
import { countObjects } from "./count-objects.ts";
import { readSnapshot, type SnapshotPrograms, saveSnapshot } from "./snapshot.ts";
import { untilGiven } from "./until-given.ts";

export interface TakeSnapshotOptions {
  kube: Kube;
  signal: AbortSignal;
  /** The control plane's. */
  namespace: string;
  /** A folder of its own with room for the snapshot. */
  folder: string;
  programs: SnapshotPrograms;
  /** Where a member's port is, where it is not where its name says. */
  addressOf?: EtcdClientOptions["addressOf"];
}

export interface TakenSnapshot {
  etcd: EtcdFacts;
  /** At the snapshot's revision. */
  objectCounts: Record<string, number>;
  /** The file. */
  snapshot: string;
}

/** Takes a snapshot of a control plane's etcd, of the cluster that is on record, and looks what is in it. */
export async function takeSnapshot(options: TakeSnapshotOptions): Promise<TakenSnapshot> {
  const { kube, signal, namespace, folder, programs, addressOf = (host, port) => ({ host, port }) } = options;
  const [record, secret] = await Promise.all([
    kube.get(ConfigMap, durableRecordName, namespace, { signal }),
    kube.get(Secret, "etcd-client-tls", namespace, { signal }),
  ]);
  const text = record?.data?.etcd;
  if (!text || !secret) {
    throw new Error(
      `Cannot take a snapshot of etcd in ${namespace}: there has been none yet; wait until EtcdAvailable is True`,
    );
  }
  const { clusterID, members } = JSON.parse(text) as { clusterID: string; members: Record<string, { id: string }> };
  const [ca = "", certificate = "", key = ""] = ["ca.crt", "tls.crt", "tls.key"].map((file) => textOf(secret, file));
  const access = { ca, certificate, key };
  const asking = new EtcdClient(access, { addressOf });
  // A page of keys may take a while.
  const client = new EtcdClient(access, { addressOf, timeoutMs: 10_000 });
  try {
    const hosts = Object.fromEntries(Object.keys(members).map((name) => [name, memberHost(name, namespace)]));
    const look = async () => {
      const memberOf = hosts[chooseMember(await observeMembers(asking, hosts), clusterID)] ?? "";
      return { memberOf, acknowledged: await acknowledgedRevision(client, memberOf) };
    };
    const { memberOf, acknowledged } = await untilGiven(look, { forMs: 20_000, everyMs: 500, signal });
    const { host, port } = addressOf(memberOf, 2379);
    const { etcdctl, etcdutl } = programs;
    const snapshot = await saveSnapshot({ endpoint: `https://${host}:${port}`, access, folder, etcdctl, signal });
    const status = await readSnapshot(snapshot, { etcdutl, signal });
    if (status.revision < acknowledged) {
      throw new Error(
        `Cannot take a snapshot of etcd in ${namespace}: it holds revision ${status.revision}, and ${acknowledged} was acknowledged before it was taken; see EtcdDataCorrupt of the HostedCluster`,
      );
    }
    const objectCounts = await countObjects(client, memberOf, status.revision);
    const ids = Object.fromEntries(Object.entries(members).map(([name, { id }]) => [name, id]));
    return { etcd: { clusterID, members: ids, ...status }, objectCounts, snapshot };
  } finally {
    asking.close();
    client.close();
  }
}
