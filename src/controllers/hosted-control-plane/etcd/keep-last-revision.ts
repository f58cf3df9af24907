import type { Log } from "../../../kube/controller.ts";
import type { Kube } from "../../../kube/kube.ts";
import { writeDurableRecord } from "../durable-record.ts";
import type { EtcdFollower } from "./etcd-follower.ts";

export interface KeepLastRevisionOptions {
  kube: Kube;
  log: Log;
  namespace: string;
  etcd: Pick<EtcdFollower, "revisionToKeep">;
  now: Date;
}

/** The process has not long to end, and has its lease to give back. */
const withinMs = 2_000;

/** Puts on record how far etcd had come when the process ends, however recent what is there is. */
export async function keepLastRevision({ kube, log, namespace, etcd, now }: KeepLastRevisionOptions): Promise<void> {
  const highest = etcd.revisionToKeep(now, 0);
  if (highest === undefined) return;
  const value = { highest, at: now.toISOString() };
  const signal = AbortSignal.timeout(withinMs);
  await writeDurableRecord(kube, namespace, "etcdRevision", value, { signal }).catch((error) =>
    // Another leads by now, or all goes; the record is some minutes old then.
    log.warn({ error }, "the last revision of etcd is not on record"),
  );
}
