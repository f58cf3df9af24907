import { createReadStream } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Log } from "../../kube/controller.ts";
import type { SnapshotAt, SnapshotAtOptions } from "../changes/snapshot-at.ts";
import { findManifest } from "../find-manifest.ts";
import { type Manifest, type Part, partOf, snapshotKey } from "../manifest.ts";
import type { Store } from "../store/store.ts";

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
  at?: { time: Date } & Pick<SnapshotAtOptions, "folder" | "programs" | "ports">;
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

/**
 * Has a backup's snapshot at hand under `/<token>`, decrypted, until the signal aborts: read from the store for each who
 * asks. Resolves once it listens; rejects where the backup cannot be read.
 */
export async function serveSnapshot(options: ServeSnapshotOptions): Promise<ServedSnapshot> {
  const { store, path, identities, token, certificate, log, signal } = options;
  const manifest = await findManifest(store, path, signal);
  if (!manifest) throw new Error(`Cannot restore from ${path}: ${path}/manifest.json is not in the store`);
  const part = partOf(manifest, snapshotKey);
  if (!part) throw new Error(`Cannot restore from ${path}: its manifest names no snapshot`);
  if (part.encrypted && identities.length === 0) {
    throw new Error(
      `Cannot restore from ${path}: it is encrypted, and the location names no private keys: add them (spec.encryption.identities)`,
    );
  }
  const made = options.at && (await madeAt(options.at));
  const server = createServer({ cert: certificate.certificate, key: certificate.key }, (request, response) => {
    if (request.url !== `/${token}`) return response.writeHead(404).end();
    const plain = (made ? Promise.resolve(createReadStream(made.file)) : contentOf(part)).catch(
      (error) => error as Error,
    );
    plain
      .then(async (content) => {
        if (content instanceof Error) throw content;
        response.writeHead(200, { "content-type": "application/octet-stream" });
        await pipeline(Readable.from(content), response);
      })
      .catch((error) => {
        log.warn({ error }, "a snapshot was not served whole");
        if (!response.headersSent) response.writeHead(502);
        // Cut, so that whoever asked does not take a part for the whole.
        response.destroy();
      });
  });
  async function madeAt({ time, ...work }: NonNullable<ServeSnapshotOptions["at"]>): Promise<SnapshotAt> {
    // What replays changes is loaded only where some are.
    const { snapshotAt } = await import("../changes/snapshot-at.ts");
    const [namespace = "", name = ""] = path.split("/");
    const whose = { cluster: { namespace, name }, manifest: manifest as Manifest };
    return snapshotAt({
      ...work,
      ...whose,
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
    revision: made?.revision ?? manifest.etcd.revision,
    sha256: made?.sha256 ?? (part.encrypted ? (part.plainSha256 ?? "") : part.sha256),
    objectCounts: made?.objectCounts ?? manifest.objectCounts,
    cluster: { uid, ...(clusterID && { clusterID }) },
  };
}
