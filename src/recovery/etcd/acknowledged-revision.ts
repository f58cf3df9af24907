import type { EtcdClient } from "../../etcd/etcd-client.ts";

/**
 * A revision that holds every write which was acknowledged before the call. The member answers once it has all of them
 * itself: the read is linearizable, so a follower asks the leader how far it has to be.
 */
export async function acknowledgedRevision(client: Pick<EtcdClient, "call">, host: string): Promise<number> {
  const key = Buffer.from("/").toString("base64");
  const { header } = await client.call<{ header: { revision?: string } }>(host, "kv/range", { key, limit: 1 });
  return Number(header.revision ?? 0);
}
