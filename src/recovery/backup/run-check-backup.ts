import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Kube } from "../../kube/kube.ts";
import { scratchFolder } from "../jobs/recovery-job.ts";
import { type OpenOptions, openLocation } from "../store/open-location.ts";
import { checkBackup } from "./check-backup.ts";
import { telling } from "./telling.ts";

export interface RunCheckBackupOptions {
  kube: Kube;
  signal: AbortSignal;
  /** Of the Backup. */
  namespace: string;
  name: string;
  path: string;
  /** Who asked for it, see `status.verification.of`. */
  of: string;
  location: string;
  folder?: string;
  etcdutl?: string;
  files?: OpenOptions["files"];
}

/** The program `check-backup`: reads all of a backup again and writes what it found into its status. */
export async function runCheckBackup(options: RunCheckBackupOptions): Promise<void> {
  const {
    kube,
    signal,
    namespace,
    name,
    path,
    of,
    location,
    folder = scratchFolder,
    etcdutl = "etcdutl",
    files,
  } = options;
  await telling({ kube, signal, namespace, name }, async () => {
    const own = join(folder, "check-backup");
    await mkdir(own, { recursive: true });
    const { store, identities } = await openLocation(location, { files });
    const { problems, opened } = await checkBackup({ store, path, identities, folder: own, etcdutl, signal });
    const told = problems.slice(0, 20).map((each) => each.slice(0, 1024));
    // Null takes away what was found another time.
    const verification = { of, time: new Date().toISOString(), opened, problems: told.length > 0 ? told : null };
    return { verification } as object;
  });
}
