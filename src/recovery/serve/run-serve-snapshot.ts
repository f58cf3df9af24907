import { join } from "node:path";
import { Restore } from "../../api/restore.ts";
import type { Log } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { textOf } from "../../kube/text-of.ts";
import { NothingToRestore } from "../changes/nothing-to-restore.ts";
import type { PrivateEtcdPrograms } from "../changes/private-etcd.ts";
import { programsOnPath } from "../etcd/snapshot.ts";
import { scratchFolder } from "../jobs/recovery-job.ts";
import { type OpenOptions, openLocation } from "../store/open-location.ts";
import { DamagedSnapshot } from "./damaged-snapshot.ts";
import { serveSnapshot } from "./serve-snapshot.ts";

export interface RunServeSnapshotOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Of the Restore. */
  namespace: string;
  name: string;
  /** Where the backup lies. */
  path: string;
  /** The Secret with the token and the certificate, and where it is. */
  credentials: string;
  operatorNamespace: string;
  location: string;
  port: number;
  /** What to put etcd back to (RFC 3339); to the backup itself where absent. */
  at?: string;
  /** Where there is room for it. */
  folder?: string;
  programs?: PrivateEtcdPrograms;
  files?: OpenOptions["files"];
}

/** The program `serve-snapshot`: has a backup's snapshot at hand until it is ended, and tells the Restore what it is. */
export async function runServeSnapshot(options: RunServeSnapshotOptions): Promise<void> {
  const { kube, log, signal, namespace, name, path, credentials, operatorNamespace, location, port, at, files } =
    options;
  const secret = await kube.get(Secret, credentials, operatorNamespace, { signal });
  const [token, certificate, key] = ["token", "tls.crt", "tls.key"].map((file) => textOf(secret, file));
  if (!token || !certificate || !key) {
    throw new Error(
      `Cannot serve the snapshot: the Secret ${operatorNamespace}/${credentials} is not there or not whole`,
    );
  }
  const { store, identities } = await openLocation(location, { files });
  const pair = { certificate, key };
  const { folder = scratchFolder, programs = { ...programsOnPath, etcd: "etcd" } } = options;
  const made = at ? { time: new Date(at), programs } : undefined;
  const own = join(folder, "serve-snapshot");
  const tell = (status: object) => kube.patch(Restore, name, namespace, { status }, { subresource: "status", signal });
  const { port: _, ...snapshot } = await serveSnapshot({
    ...{ store, identities, path, token, certificate: pair, port, at: made, folder: own, log, signal },
  }).catch(async (error) => {
    // Trying again does not help.
    if (error instanceof NothingToRestore || error instanceof DamagedSnapshot) await tell({ problem: error.message });
    throw error;
  });
  await tell({ snapshot });
  log.info({ path }, "serving a snapshot");
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
