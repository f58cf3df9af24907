import { durableRecordName } from "../../api/durable-record-name.ts";
import { ConfigMap } from "../../kube/kinds.ts";
import type { CallOptions, Kube } from "../../kube/kube.ts";

/**
 * What each part of the record holds, as JSON under a key of its own. A part is written when it becomes so, and asked
 * before anything is made anew, joined, taken over or called healthy: that something is absent is no reason to make it.
 */
export interface DurableRecord {
  /** etcd, once it had a quorum. */
  etcd?: EtcdRecord;
  /** How far etcd has come, some minutes ago. */
  etcdRevision?: RevisionRecord;
  /** Signers and the service account key, by the name of their Secret. */
  signers?: Record<string, SignerRecord>;
}

export interface EtcdRecord {
  /** In hexadecimal, as etcdctl prints it. */
  clusterID: string;
  /** Every member that belongs to the cluster, by the name of its pod. */
  members: Record<string, { id: string }>;
  /** The recovery that made it so, where one did, what it gave the members, and what was on record before it did. */
  recovery?: { id: string; gave: "Restored" | "PutBack"; before?: Pick<EtcdRecord, "clusterID" | "members"> };
}

export interface RevisionRecord {
  /** 0 where somebody may have put etcd back to an older state, and meant to. */
  highest: number;
  /** When that was written down. */
  at: string;
}

export interface SignerRecord {
  /** SHA-256 of the certificates (or public keys) in DER, in hexadecimal: the present one first, then former ones that are still trusted. */
  fingerprints: string[];
}

/** The record among the ConfigMaps of the namespace; nothing of a control plane that has not been anything yet. */
export function durableRecord(configMaps: readonly ConfigMap[]): DurableRecord {
  const data = configMaps.find(({ metadata }) => metadata?.name === durableRecordName)?.data ?? {};
  return Object.fromEntries(Object.entries(data).map(([part, text]) => [part, JSON.parse(text)]));
}

/** The record as the server has it now: for what is not to be decided by what was so a moment ago. */
export async function presentRecord({ kube, namespace }: { kube: Kube; namespace: string }): Promise<DurableRecord> {
  const record = await kube.get(ConfigMap, durableRecordName, namespace, { live: true });
  return durableRecord(record ? [record] : []);
}

/**
 * Writes one part of the record. Each part has a field manager of its own, so writers of different parts leave each
 * other's alone. The record has no owner: it outlives the HostedControlPlane, and goes with the namespace.
 */
export async function writeDurableRecord<P extends keyof DurableRecord>(
  kube: Kube,
  namespace: string,
  part: P,
  value: NonNullable<DurableRecord[P]>,
  { signal }: Pick<CallOptions, "signal"> = {},
): Promise<ConfigMap> {
  return kube.apply<ConfigMap>(
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: durableRecordName, namespace, ownerReferences: [] },
      data: { [part]: JSON.stringify(value) },
    },
    { fieldManager: `durable-record-${part}`, signal },
  );
}
