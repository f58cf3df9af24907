import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Log } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { programsOnPath, type SnapshotPrograms } from "../etcd/snapshot.ts";
import { scratchFolder } from "../jobs/recovery-job.ts";
import { type OpenOptions, openLocation } from "../store/open-location.ts";
import { backupResult } from "./backup-result.ts";
import { type MakeBackupOptions, makeBackup } from "./make-backup.ts";
import { telling } from "./telling.ts";

export interface RunMakeBackupOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Of the HostedCluster and of the Backup. */
  namespace: string;
  cluster: string;
  name: string;
  uid: string;
  /** The location's spec as JSON. */
  location: string;
  /** Where there is room for a snapshot. */
  folder?: string;
  programs?: SnapshotPrograms;
  files?: OpenOptions["files"];
  addressOf?: MakeBackupOptions["addressOf"];
}

/** The program `make-backup`: makes one Backup and writes what it is into its status. */
export async function runMakeBackup(options: RunMakeBackupOptions): Promise<void> {
  const {
    kube,
    log,
    signal,
    namespace,
    cluster,
    name,
    uid,
    location,
    folder = scratchFolder,
    files,
    addressOf,
  } = options;
  await telling({ kube, signal, namespace, name }, async () => {
    const own = join(folder, "make-backup");
    await mkdir(own, { recursive: true });
    const manifest = await makeBackup({
      ...(await openLocation(location, { files })),
      kube,
      log,
      signal,
      now: () => new Date(),
      cluster: { namespace, name: cluster },
      backup: { name, uid },
      // A pod is called as its Job and something of its own behind.
      attempt: hostname().split("-").at(-1) ?? "",
      folder: own,
      programs: options.programs ?? programsOnPath,
      addressOf,
    });
    return backupResult(manifest);
  });
}
