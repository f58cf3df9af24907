import type { EtcdClient } from "../../etcd/etcd-client.ts";
import type { Change, ChangeEvent } from "./change.ts";

/** What etcd has is not there any more: it was compacted, or etcd has been put back to before. */
export class ChangesLost extends Error {}

export interface FollowOptions {
  client: Pick<EtcdClient, "stream" | "call">;
  host: string;
  /** The first revision that is wanted. */
  from: number;
  now: () => Date;
  signal: AbortSignal;
}

/**
 * All changes of etcd from a revision on, none left out, as soon as they are acknowledged, until the signal aborts or
 * the member does not answer any more. Throws `ChangesLost` where there are none to follow.
 */
export async function* followChanges({ client, host, from, now, signal }: FollowOptions): AsyncGenerator<Change[]> {
  // What etcd is ahead by comes a thousand revisions at a time, which it is not to put into one answer, however large.
  const wanted = { key: everything, range_end: everything, start_revision: `${from}`, fragment: true };
  const body = { create_request: wanted };
  const leases = new Set<string>();
  let next = from;
  let at = 0;
  /** Events of a revision that the next answer may have more of. */
  let begun: WatchedEvent[] = [];
  for await (const { result, error } of client.stream<WatchAnswer>(host, "watch", body, { signal })) {
    if (error) throw new Error(`etcd does not tell of changes: ${error.message}`);
    if (result?.canceled) {
      if (Number(result.compact_revision ?? 0) > 0) {
        throw new ChangesLost(`etcd has revision ${next} not any more: it begins with ${result.compact_revision}`);
      }
      throw new Error(`etcd does not tell of changes: ${result.cancel_reason}`);
    }
    if (!result?.events?.length) continue;
    // A clock that was put back is not to put changes in another order.
    at = Math.max(at, now().getTime());
    const events = [...begun, ...result.events];
    const { mod_revision: last } = (events.at(-1) as WatchedEvent).kv;
    begun = result.fragment ? events.filter(({ kv }) => kv.mod_revision === last) : [];
    const changes = changesOf(events.slice(0, events.length - begun.length), new Date(at).toISOString());
    if (changes.length === 0) continue;
    for (const change of changes) {
      if (change.revision !== next) {
        throw new ChangesLost(`etcd tells of revision ${change.revision}, where ${next} is next`);
      }
      next++;
      for (const event of change.events) await addLease(event, leases, { client, host });
    }
    yield changes;
  }
}

/** Of whole revisions, in order. */
function changesOf(events: readonly WatchedEvent[], at: string): Change[] {
  const changes: Change[] = [];
  for (const event of events) {
    const revision = Number(event.kv.mod_revision);
    let change = changes.at(-1);
    if (change?.revision !== revision) {
      change = { revision, at, events: [] };
      changes.push(change);
    }
    change.events.push(eventOf(event));
  }
  return changes;
}

function eventOf({ type, kv }: WatchedEvent): ChangeEvent {
  if (type === "DELETE") return { delete: kv.key };
  const { key, value = "", create_revision: created, version, lease = "0" } = kv;
  return { put: key, value, created: Number(created), version: Number(version), ...(lease !== "0" && { lease }) };
}

/** For how long it was granted is nothing that a watch tells. */
async function addLease(
  event: ChangeEvent,
  known: Set<string>,
  { client, host }: Pick<FollowOptions, "client" | "host">,
): Promise<void> {
  if (!("lease" in event) || !event.lease || known.has(event.lease)) return;
  const { grantedTTL } = await client.call<{ grantedTTL?: string }>(host, "lease/timetolive", { ID: event.lease });
  // Of one that has run out nothing is known any more: its keys are deleted by what comes next.
  event.ttl = Number(grantedTTL ?? 0) || goneSeconds;
  // More of them than are alive at a time.
  if (known.size >= mostLeases) known.clear();
  known.add(event.lease);
}

const goneSeconds = 60;
const mostLeases = 10_000;
/** The key and the end of a range that is all there is. */
const everything = Buffer.from("\0").toString("base64");

interface WatchAnswer {
  result?: {
    events?: WatchedEvent[];
    /** The next one goes on with it. */
    fragment?: boolean;
    canceled?: boolean;
    compact_revision?: string;
    cancel_reason?: string;
  };
  error?: { message?: string };
}

/** Numbers of 64 bits come as text, and what is 0, or PUT, does not come at all. */
interface WatchedEvent {
  type?: "DELETE";
  kv: {
    key: string;
    value?: string;
    create_revision?: string;
    mod_revision: string;
    version?: string;
    lease?: string;
  };
}
