import { gunzipSync, gzipSync } from "node:zlib";
import type { Change } from "./change.ts";

/**
 * Changes of etcd in a row as one object in the store: `<run>/<first>-<last>-<digest>.gz`, below the history's folder.
 * A run is what one after the other has seen without a gap, called by when it began; the digest is the last change's,
 * so that whoever goes on there can tell whether etcd still is the one that it was.
 */
export interface Segment {
  run: string;
  first: number;
  last: number;
  digest: string;
  encrypted: boolean;
}

/** The folder of a hosted cluster's changes, below the location's prefix; no backup can have this name. */
export const changesName = "changes";

/** Where a history's segments lie. */
export function changesPath(cluster: { namespace: string; name: string }, history: string): string {
  return `${cluster.namespace}/${cluster.name}/${changesName}/${history}`;
}

const runPattern = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/;

/** What a run that begins now is called: later ones sort behind. */
export const runAt = (now: Date): string => now.toISOString().replace(/[-:.]/g, "");

/** When a run began (RFC 3339). */
export const beginOf = (run: string): string => run.replace(runPattern, "$1-$2-$3T$4:$5:$6.$7Z");

/** Its object's name below the history's folder. */
export function segmentName({ run, first, last, digest, encrypted }: Segment): string {
  return `${run}/${first}-${last}-${digest}.gz${encrypted ? ".age" : ""}`;
}

/** The segment of that name; nothing where it is none. */
export function segmentOf(name: string): Segment | undefined {
  const [, run = "", first, last, digest = "", age] =
    /^([^/]+)\/(\d+)-(\d+)-([0-9a-f]{16})\.gz(\.age)?$/.exec(name) ?? [];
  if (!runPattern.test(run)) return undefined;
  return { run, first: Number(first), last: Number(last), digest, encrypted: age !== undefined };
}

/** Changes as bytes; such pieces one behind the other are read as one. */
export function packed(changes: readonly Change[]): Buffer {
  return gzipSync(changes.map((change) => `${JSON.stringify(change)}\n`).join(""));
}

/** The changes of a segment, which have to be those that its name tells of. */
export function unpacked(bytes: Uint8Array, { first, last }: Pick<Segment, "first" | "last">, name: string): Change[] {
  const damaged = (what: string) => new Error(`The changes in ${name} are damaged: ${what}`);
  let changes: Change[];
  try {
    const lines = gunzipSync(bytes).toString().split("\n").filter(Boolean);
    changes = lines.map((line) => JSON.parse(line) as Change);
  } catch (error) {
    throw damaged((error as Error).message);
  }
  const gap = changes.find(({ revision }, place) => revision !== first + place);
  if (gap) throw damaged(`revision ${gap.revision} is where another one is to be`);
  if (changes.length !== last - first + 1) throw damaged(`${changes.length} of ${last - first + 1} are there`);
  return changes;
}
