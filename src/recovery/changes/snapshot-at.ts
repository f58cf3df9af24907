import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Log } from "../../kube/controller.ts";
import { countObjects } from "../etcd/count-objects.ts";
import { readSnapshot } from "../etcd/snapshot.ts";
import type { Manifest } from "../manifest.ts";
import { summed } from "../put-part.ts";
import { readAll } from "../read-all.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { Change } from "./change.ts";
import { chooseSegments } from "./choose-segments.ts";
import { Compacting } from "./compacting.ts";
import { findSegments } from "./find-segments.ts";
import { historyOfBackup } from "./history-of.ts";
import { NothingToRestore } from "./nothing-to-restore.ts";
import { type PrivateEtcdOptions, startPrivateEtcd } from "./private-etcd.ts";
import { keepAlive, leasesOf, replay } from "./replay.ts";
import { changesPath, type Segment, segmentName, unpacked } from "./segment.ts";

export interface SnapshotAtOptions extends Omit<PrivateEtcdOptions, "snapshot"> {
  log: Log;
  store: Store;
  /** Private keys (`AGE-SECRET-KEY-1...`), where something is encrypted. */
  identities: readonly string[];
  /** Of the backup to begin with, and its snapshot, decrypted. */
  manifest: Manifest;
  content: () => Promise<AsyncIterable<Uint8Array>>;
  /** Whose changes: where the backup lies. */
  cluster: { namespace: string; name: string };
  at: Date;
}

/** A snapshot of etcd as it was at a time. */
export interface SnapshotAt {
  file: string;
  sha256: string;
  revision: number;
  objectCounts: Record<string, number>;
}

/**
 * Makes a snapshot of etcd as it was at a time: the backup's, with all changes from then up to that time. Throws
 * `NothingToRestore` where these are not all there.
 */
export async function snapshotAt(options: SnapshotAtOptions): Promise<SnapshotAt> {
  const { manifest, folder, programs, at, log, signal, cluster } = options;
  const present = await madeBefore(options);
  if (present) return present;
  const path = changesPath(cluster, historyOfBackup(manifest));
  const segments = await segmentsFor(options, path);
  await mkdir(folder, { recursive: true });
  const base = join(folder, "base.db");
  // What an attempt before left.
  for (const name of ["made.json", "base.db", "data", "data.part"])
    await rm(join(folder, name), { recursive: true, force: true });
  await pipeline(await options.content(), createWriteStream(base, { mode: 0o600 }), { signal });
  const etcd = await startPrivateEtcd({ ...options, snapshot: base });
  const stop = new AbortController();
  try {
    await rm(base);
    const leases = await leasesOf(etcd);
    const alive = keepAlive(etcd, leases, AbortSignal.any([signal, stop.signal]));
    // Where it fails the replay fails, too.
    alive.catch(() => {});
    let { revision } = manifest.etcd;
    const compacting = new Compacting();
    for await (const change of changesUpTo(options, { path, segments })) {
      await replay(etcd, change, leases);
      revision = change.revision;
      if (compacting.isDueWith(change)) await etcd.client.compact(etcd.host, revision);
    }
    stop.abort();
    await alive;
    const objectCounts = await countObjects(etcd.client, etcd.host, revision);
    // What was overwritten on the way is of no use to anybody.
    if (revision > compacting.compacted) await etcd.client.compact(etcd.host, revision);
    await etcd.client.defragment(etcd.host);
    const file = await etcd.save();
    const found = await readSnapshot(file, { etcdutl: programs.etcdutl, signal });
    if (found.revision !== revision) {
      throw new Error(`Cannot make a snapshot of ${at.toISOString()}: it holds ${found.revision}, and not ${revision}`);
    }
    const sum = summed();
    for await (const _ of sum.through(createReadStream(file)));
    log.info({ at, base: manifest.etcd.revision, revision }, "changes replayed");
    const made: SnapshotAt = { file, sha256: sum.result().sha256, revision, objectCounts };
    await writeFile(resultIn(folder), JSON.stringify({ of: workOf(options), made }));
    return made;
  } finally {
    stop.abort();
    await etcd.stop();
    await rm(join(folder, "data"), { recursive: true, force: true });
  }
}

const resultIn = (folder: string) => join(folder, "made.json");
const workOf = ({ manifest, at }: SnapshotAtOptions) => `${manifest.backup.uid} ${at.toISOString()}`;

/**
 * What a container before this one made: made once more it would be other bytes, and members of etcd may have been told
 * the sum of these.
 */
async function madeBefore(options: SnapshotAtOptions): Promise<SnapshotAt | undefined> {
  const text = await readFile(resultIn(options.folder), "utf8").catch(noneWhereMissing);
  if (text === undefined) return undefined;
  const { of, made } = JSON.parse(text) as { of: string; made: SnapshotAt };
  return of === workOf(options) ? made : undefined;
}

function noneWhereMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** The segments with all changes from the backup up to the time, and at least one after that. */
async function segmentsFor(options: SnapshotAtOptions, path: string): Promise<Segment[]> {
  const { manifest, at } = options;
  const { madeAt, etcd } = manifest;
  const row = chooseSegments(await findSegments(options.store, path, options.signal), {
    revision: etcd.revision,
    madeAt,
  });
  const [last] = row.slice(-1);
  const none = `there are no changes in the location that follow upon the backup of ${madeAt}`;
  if (!last) throw new NothingToRestore(at, `${none}: restore that backup itself`);
  const known = (await changesIn(options, path, last)).at(-1)?.at ?? "";
  if (at.getTime() > Date.parse(known)) {
    throw new NothingToRestore(at, `the last change that is known is of ${known}: give that time, or an earlier one`);
  }
  return row;
}

async function* changesUpTo(
  options: SnapshotAtOptions,
  { path, segments }: { path: string; segments: readonly Segment[] },
): AsyncGenerator<Change> {
  let next = options.manifest.etcd.revision + 1;
  for (const segment of segments) {
    for (const change of await changesIn(options, path, segment)) {
      // Segments may overlap.
      if (change.revision < next) continue;
      if (Date.parse(change.at) > options.at.getTime()) return;
      yield change;
      next = change.revision + 1;
    }
  }
}

/** The changes of a segment, and of what has taken its place meanwhile: the newest one still grows. */
async function changesIn(options: SnapshotAtOptions, path: string, segment: Segment): Promise<Change[]> {
  for (let wanted = segment, tries = 1; ; tries++) {
    try {
      return await read(options, path, wanted);
    } catch (error) {
      if (!(error instanceof StoreError && error.reason === "NotInStore") || tries === 5) throw error;
      const [grown] = (await findSegments(options.store, path, options.signal))
        .filter(({ run, first, last }) => run === segment.run && first === segment.first && last >= segment.last)
        .sort((a, b) => b.last - a.last);
      if (!grown) throw error;
      wanted = grown;
    }
  }
}

async function read({ store, identities, signal }: SnapshotAtOptions, path: string, segment: Segment) {
  const key = `${path}/${segmentName(segment)}`;
  const stored = await store.get(key, { signal });
  if (!segment.encrypted) return unpacked(await readAll(stored), segment, key);
  // What decrypts is loaded only where something is encrypted.
  const { decrypt } = await import("../store/decrypt.ts");
  return unpacked(await readAll(decrypt(stored, { key, identities })), segment, key);
}
