import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Log } from "../../kube/controller.ts";
import type { SnapshotAt, SnapshotAtOptions } from "../changes/snapshot-at.ts";
import { findPart } from "../find-part.ts";
import { type Manifest, type Part, snapshotKey } from "../manifest.ts";
import { summed } from "../put-part.ts";
import type { Store } from "../store/store.ts";
import { DamagedSnapshot } from "./damaged-snapshot.ts";

export interface ServeSnapshotOptions {
  store: Store;
  /** Private keys (`AGE-SECRET-KEY-1...`), where the backup is encrypted. */
  identities: readonly string[];
  path: string;
  /** Part of the address, which nobody can guess. */
  token: string;
  certificate: { certificate: string; key: string };
  port: number;
  /** With it, what is served is etcd as it was then: the backup with all changes from it up to that time. */
  at?: { time: Date } & Pick<SnapshotAtOptions, "programs" | "ports">;
  /** Of its own, with room for the snapshot, and with `at` for two etcds. */
  folder: string;
  log: Log;
  signal: AbortSignal;
}

/** What is served. */
export interface ServedSnapshot {
  port: number;
  revision: number;
  /** Of what whoever asks gets. */
  sha256: string;
  objectCounts: Record<string, number>;
  cluster: { uid: string; clusterID?: string };
}

const chunkBytes = 1024 * 1024;

/**
 * Has a backup's snapshot at hand under `/<token>`, whole and decrypted, until the signal aborts. Resolves once it
 * listens; rejects where the backup cannot be read, and with `DamagedSnapshot` where it is not what was stored.
 */
export async function serveSnapshot(options: ServeSnapshotOptions): Promise<ServedSnapshot> {
  const { store, path, identities, token, certificate, log, signal } = options;
  const found = await findPart(options, ["snapshot", snapshotKey]);
  if ("problem" in found) throw new Error(found.problem);
  const { manifest, part } = found;
  const { file, ...facts } = options.at ? await madeAt(options.at) : await fetched(manifest, part);
  const server = createServer({ cert: certificate.certificate, key: certificate.key }, (request, response) => {
    if (request.url !== `/${token}`) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": "application/octet-stream" });
    pipeline(createReadStream(file, { highWaterMark: chunkBytes }), response).catch((error) => {
      log.warn({ error }, "a snapshot was not served whole");
      // Cut, so that whoever asked does not take a part for the whole.
      response.destroy();
    });
  });
  /** Before anything is stopped for it: nobody waits for the store while the control plane is away. */
  async function fetched({ etcd, objectCounts }: Manifest, stored: Part): Promise<SnapshotAt> {
    await mkdir(options.folder, { recursive: true });
    const file = join(options.folder, "served.db");
    const sum = summed();
    await pipeline(sum.through(await contentOf(stored)), createWriteStream(file, { mode: 0o600 }), { signal });
    const { sha256 } = sum.result();
    const wanted = stored.encrypted ? stored.plainSha256 : stored.sha256;
    if (sha256 !== wanted) throw new DamagedSnapshot(`${path}/${stored.key}`, { found: sha256, wanted });
    return { file, sha256, revision: etcd.revision, objectCounts };
  }
  async function madeAt({ time, ...work }: NonNullable<ServeSnapshotOptions["at"]>): Promise<SnapshotAt> {
    // What replays changes is loaded only where some are.
    const { snapshotAt } = await import("../changes/snapshot-at.ts");
    const [namespace = "", name = ""] = path.split("/");
    const whose = { cluster: { namespace, name }, manifest: manifest as Manifest };
    return snapshotAt({
      ...work,
      ...whose,
      folder: options.folder,
      store,
      identities,
      log,
      signal,
      at: time,
      content: () => contentOf(part as Part),
    });
  }
  async function contentOf({ key, encrypted, bytes }: Part): Promise<AsyncIterable<Uint8Array>> {
    const stored = await store.get(`${path}/${key}`, { signal });
    if (!encrypted) return stored;
    // What decrypts is loaded only where something is encrypted.
    const { decrypt } = await import("../store/decrypt.ts");
    return decrypt(stored, { key: `${path}/${key}`, identities, bytes });
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, resolve);
  });
  signal.addEventListener("abort", () => void server.close().closeAllConnections(), { once: true });
  const { uid, clusterID } = manifest.cluster;
  return {
    port: (server.address() as AddressInfo).port,
    ...facts,
    cluster: { uid, ...(clusterID && { clusterID }) },
  };
}
