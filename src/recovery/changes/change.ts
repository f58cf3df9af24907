import { createHash } from "node:crypto";

/** All that happened in one revision of etcd, which is one transaction. */
export interface Change {
  revision: number;
  /** When it was heard of (RFC 3339): moments after it was acknowledged, but for what was heard of afterwards. */
  at: string;
  /** In order. */
  events: ChangeEvent[];
}

/** A key that was written or deleted; keys and values in base64, as etcd's gateway has them. */
export type ChangeEvent = Written | { delete: string };

export interface Written {
  put: string;
  value: string;
  /** What came of it: the revision that the key is there since, and how often it was written since then. */
  created: number;
  version: number;
  /** The ID of the lease that it goes with. */
  lease?: string;
  /** For how many seconds that lease was granted, where it was not known to this segment's writer yet. */
  ttl?: number;
}

/** Tells a change from any other of the same revision. */
export function digestOf({ revision, events }: Pick<Change, "revision" | "events">): string {
  const facts = events.map((event) =>
    "put" in event ? [event.put, event.value, event.created, event.version, event.lease ?? "0"] : [event.delete],
  );
  return createHash("sha256")
    .update(JSON.stringify([revision, facts]))
    .digest("hex")
    .slice(0, 16);
}

/** The size of its keys and values, in base64. */
export const sizeOf = ({ events }: Pick<Change, "events">): number =>
  events.reduce(
    (sum, event) => sum + ("put" in event ? event.put.length + event.value.length : event.delete.length),
    0,
  );
