import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { setCondition } from "../../kube/conditions.ts";
import type { Kube } from "../../kube/kube.ts";
import { programsOnPath, type SnapshotPrograms } from "../etcd/snapshot.ts";
import { type TakeSnapshotOptions, takeSnapshot } from "../etcd/take-snapshot.ts";
import { scratchFolder } from "../jobs/recovery-job.ts";
import { type OpenOptions, openLocation } from "../store/open-location.ts";

export interface RunMakeEtcdBackupOptions {
  kube: Kube;
  signal: AbortSignal;
  /** The control plane's, where the HCPEtcdBackup is, too. */
  namespace: string;
  name: string;
  uid: string;
  /** The bucket as a location's spec, as JSON. */
  location: string;
  folder?: string;
  programs?: SnapshotPrograms;
  files?: OpenOptions["files"];
  addressOf?: TakeSnapshotOptions["addressOf"];
}

/** The program `make-etcd-backup`: puts a snapshot of etcd where an HCPEtcdBackup says, and writes where it is. */
export async function runMakeEtcdBackup(options: RunMakeEtcdBackupOptions): Promise<void> {
  const { kube, signal, namespace, name, uid, location, folder = scratchFolder, files, addressOf } = options;
  const write = (status: object) =>
    kube.patch(HCPEtcdBackup, name, namespace, { status }, { subresource: "status", signal });
  try {
    const own = join(folder, "make-etcd-backup");
    await mkdir(own, { recursive: true });
    const { programs = programsOnPath } = options;
    const { snapshot } = await takeSnapshot({ kube, signal, namespace, folder: own, programs, addressOf });
    const { store } = await openLocation(location, { files });
    // Of another one of the same name another object.
    const key = `${name}-${uid.slice(0, 8)}.db`;
    await store.put(key, createReadStream(snapshot), { signal });
    await write({ snapshotURL: urlOf(location, key) });
  } catch (error) {
    // Ended from outside: that says nothing about the snapshot, and another attempt comes.
    if (!signal.aborted) await write({ conditions: [problem(error as Error)] }).catch(() => {});
    throw error;
  }
}

function urlOf(location: string, key: string): string {
  const { s3 } = JSON.parse(location) as { s3: { bucket: string; prefix?: string } };
  return `s3://${[s3.bucket, s3.prefix, key].filter(Boolean).join("/")}`;
}

function problem({ message }: Error) {
  const conditions: Parameters<typeof setCondition>[0] = [];
  const found = { status: "False", reason: "BackupInProgress", message: message.slice(0, 4096) } as const;
  setCondition(conditions, { type: "BackupCompleted", ...found }, new Date());
  return conditions[0];
}
