import type { Kube } from "../../kube/kube.ts";
import { programsOnPath } from "../etcd/snapshot.ts";
import { ownFolder } from "../jobs/own-folder.ts";
import { openLocation } from "../store/open-location.ts";
import { checkBackup } from "./check-backup.ts";
import { telling } from "./telling.ts";
import { verificationPatch } from "./verification-patch.ts";

export interface RunCheckBackupOptions {
  kube: Kube;
  signal: AbortSignal;
  /** Of the Backup. */
  namespace: string;
  name: string;
  path: string;
  /** Who asked for it, see `status.verification.of`. */
  of: string;
  /** An earlier look found damage inside of the parts: one that opens none of them does not take that back. */
  foundInside: boolean;
  location: string;
}

/** The program `check-backup`: reads all of a backup again and writes what it found into its status. */
export async function runCheckBackup(options: RunCheckBackupOptions): Promise<void> {
  const { kube, signal, namespace, name, path, of, foundInside, location } = options;
  await telling({ kube, signal, namespace, name }, async () => {
    const { store, identities } = await openLocation(location);
    const at = { folder: await ownFolder("check-backup"), etcdutl: programsOnPath.etcdutl };
    const { problems, opened } = await checkBackup({ store, path, identities, ...at, signal });
    return { verification: verificationPatch({ problems, opened }, { of, foundInside, now: new Date() }) } as object;
  });
}
