import type { EtcdClient } from "../../etcd/etcd-client.ts";
import { pause } from "../../kube/pause.ts";
import type { Change, ChangeEvent, Written } from "./change.ts";

/** An etcd that changes are made in once more. */
export interface Replayed {
  client: Pick<EtcdClient, "call">;
  host: string;
}

/**
 * Makes one change once more: one transaction, which has to give the revision that it gave then. It is made only where
 * the keys are what they were before it: otherwise these changes are another etcd's.
 */
export async function replay({ client, host }: Replayed, change: Change, leases: Set<string>): Promise<void> {
  for (const event of change.events) {
    if (!("lease" in event) || !event.lease || leases.has(event.lease)) continue;
    if (!event.ttl) throw new Error(`Revision ${change.revision} needs a lease that nothing is known of`);
    await client.call(host, "lease/grant", { ID: event.lease, TTL: `${event.ttl}` });
    leases.add(event.lease);
  }
  const { succeeded, header } = await client.call<TransactionAnswer>(host, "kv/txn", {
    compare: change.events.flatMap(asBefore),
    success: change.events.map(operation),
  });
  if (!succeeded || Number(header.revision) !== change.revision) {
    const found = succeeded ? `gives revision ${header.revision}` : "meets keys that are not what they were before it";
    throw new Error(`The changes do not follow upon the backup: revision ${change.revision} ${found}`);
  }
}

/** The leases that an etcd has. */
export async function leasesOf({ client, host }: Replayed): Promise<Set<string>> {
  const { leases = [] } = await client.call<{ leases?: { ID: string }[] }>(host, "lease/leases", {});
  return new Set(leases.map(({ ID }) => ID));
}

/** Keeps all leases alive until the signal aborts: one that ran out would make a change of its own. */
export async function keepAlive(etcd: Replayed, leases: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const ID of [...leases]) {
      if (signal.aborted) return;
      await etcd.client.call(etcd.host, "lease/keepalive", { ID });
    }
    await pause(1_000, signal).catch(() => {});
  }
}

type Comparison = {
  key: string;
  target: "VERSION" | "CREATE";
  version?: string;
  create_revision?: string;
  result?: "GREATER";
};

function asBefore(event: ChangeEvent): Comparison[] {
  if (!("put" in event)) return [{ key: event.delete, target: "VERSION", result: "GREATER", version: "0" }];
  const { put: key, version, created }: Written = event;
  return [
    { key, target: "VERSION", version: `${version - 1}` },
    { key, target: "CREATE", create_revision: version === 1 ? "0" : `${created}` },
  ];
}

const operation = (event: ChangeEvent) =>
  "put" in event
    ? { request_put: { key: event.put, value: event.value, ...(event.lease && { lease: event.lease }) } }
    : { request_delete_range: { key: event.delete } };

interface TransactionAnswer {
  header: { revision?: string };
  succeeded?: boolean;
}
