import type { Backup } from "../../api/backup.ts";
import type { Manifest } from "../manifest.ts";

/** The short of a manifest, for a Backup's status. */
export function backupResult({
  madeAt,
  cluster,
  release,
  etcd,
  objects,
  parts,
}: Manifest): NonNullable<Backup["status"]> {
  return {
    completedAt: madeAt,
    clusterUID: cluster.uid,
    ...(release.version && { version: release.version }),
    revision: etcd.revision,
    objects: objects.length,
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    encrypted: parts.some(({ encrypted }) => encrypted),
  };
}
