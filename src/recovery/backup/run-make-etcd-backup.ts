import { createReadStream } from "node:fs";
import { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { setCondition } from "../../kube/conditions.ts";
import type { Kube } from "../../kube/kube.ts";
import { programsOnPath } from "../etcd/snapshot.ts";
import { takeSnapshot } from "../etcd/take-snapshot.ts";
import { ownFolder } from "../jobs/own-folder.ts";
import { openLocation } from "../store/open-location.ts";

export interface RunMakeEtcdBackupOptions {
  kube: Kube;
  signal: AbortSignal;
  /** The control plane's, where the HCPEtcdBackup is, too. */
  namespace: string;
  name: string;
  uid: string;
  /** The bucket as a location's spec, as JSON. */
  location: string;
}

/** The program `make-etcd-backup`: puts a snapshot of etcd where an HCPEtcdBackup says, and writes where it is. */
export async function runMakeEtcdBackup(options: RunMakeEtcdBackupOptions): Promise<void> {
  const { kube, signal, namespace, name, uid, location } = options;
  const write = (status: object) =>
    kube.patch(HCPEtcdBackup, name, namespace, { status }, { subresource: "status", signal });
  try {
    const folder = await ownFolder("make-etcd-backup");
    const { snapshot } = await takeSnapshot({ kube, signal, namespace, folder, programs: programsOnPath });
    const { store } = await openLocation(location);
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
