import type { Log } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { openLocation } from "../store/open-location.ts";
import { deleteBackup } from "./delete-backup.ts";
import { telling } from "./telling.ts";

export interface RunDeleteBackupOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Of the Backup. */
  namespace: string;
  name: string;
  uid: string;
  path: string;
  location: string;
}

/** The program `delete-backup`: deletes what one Backup has in its location, and writes that down. */
export async function runDeleteBackup(options: RunDeleteBackupOptions): Promise<void> {
  const { kube, log, signal, namespace, name, uid, path, location } = options;
  await telling({ kube, signal, namespace, name }, async () => {
    const { store } = await openLocation(location);
    const objects = await deleteBackup({ store, path, uid, signal });
    log.info({ path, objects }, "deleted a backup");
    return { deleted: true };
  });
}
