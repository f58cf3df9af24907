import type { RevisionRecord } from "../durable-record.ts";

/** How old what is on record may become while etcd goes on. */
const keptForMs = 5 * 60_000;

export interface RevisionFacts {
  /** What is on record. */
  kept?: RevisionRecord;
  /** The highest revision that etcd was seen at; nothing where it was not seen, or is below that. */
  seen?: number;
  /** Somebody may put etcd back to an older state just now. */
  paused: boolean;
  now: Date;
}

/**
 * The revision to put on record, or nothing where what is there will do. A record that is some minutes old tells as well
 * that etcd was put back while nobody looked, and one at every change would be a write of the management cluster for
 * each of the hosted one.
 */
export function revisionToKeep({ kept, seen, paused, now }: RevisionFacts, keepMs = keptForMs): number | undefined {
  if (paused) return kept && kept.highest > 0 ? 0 : undefined;
  if (!kept) return seen;
  const isOld = now.getTime() - Date.parse(kept.at) >= keepMs;
  return seen !== undefined && seen > kept.highest && (isOld || kept.highest === 0) ? seen : undefined;
}
