import { hostname } from "node:os";
import type { Log } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { programsOnPath } from "../etcd/snapshot.ts";
import { ownFolder } from "../jobs/own-folder.ts";
import { openLocation } from "../store/open-location.ts";
import { backupResult } from "./backup-result.ts";
import { makeBackup } from "./make-backup.ts";
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
}

/** The program `make-backup`: makes one Backup and writes what it is into its status. */
export async function runMakeBackup(options: RunMakeBackupOptions): Promise<void> {
  const { kube, log, signal, namespace, cluster, name, uid, location } = options;
  await telling({ kube, signal, namespace, name }, async () => {
    const manifest = await makeBackup({
      ...(await openLocation(location)),
      kube,
      log,
      signal,
      now: () => new Date(),
      cluster: { namespace, name: cluster },
      backup: { name, uid },
      // A pod is called as its Job and something of its own behind.
      attempt: hostname().split("-").at(-1) ?? "",
      folder: await ownFolder("make-backup"),
      programs: programsOnPath,
    });
    return backupResult(manifest);
  });
}
