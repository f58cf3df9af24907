import type { Backup } from "../../api/backup.ts";
import { historyOfBackup } from "../changes/history-of.ts";
import type { Manifest } from "../manifest.ts";

/** The short of a manifest, for a Backup's status. */
export function backupResult(manifest: Manifest): NonNullable<Backup["status"]> {
  const { madeAt, cluster, release, etcd, objects, parts } = manifest;
  return {
    completedAt: madeAt,
    clusterUID: cluster.uid,
    ...(release.version && { version: release.version }),
    revision: etcd.revision,
    history: historyOfBackup(manifest),
    objects: objects.length,
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    encrypted: parts.some(({ encrypted }) => encrypted),
  };
}
