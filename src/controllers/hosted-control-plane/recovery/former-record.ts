import type { EtcdRecord } from "../durable-record.ts";

/** What was on record of an etcd before the restore of this ID gave its members other data; nothing where nothing was. */
export function formerRecord(record: EtcdRecord | undefined, id: string): EtcdRecord | undefined {
  const { recovery } = record ?? {};
  if (recovery?.id === id && recovery.gave === "Restored") return recovery.before;
  return record && { clusterID: record.clusterID, members: record.members };
}
