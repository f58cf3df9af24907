import type { Manifest } from "../manifest.ts";

/**
 * Names what etcd's data has come from: of one cluster always the same, and after each restore another one. Changes of
 * one history say nothing of another's backups. It is a folder's name in the location.
 */
export function historyOf(clusterUID: string, etcd: { recovery?: { id: string; gave: string } } | undefined): string {
  const { recovery } = etcd ?? {};
  return recovery ? `${clusterUID}.${recovery.id}.${recovery.gave}` : clusterUID;
}

/** The history that a backup belongs to. */
export function historyOfBackup({ cluster, durableRecord }: Pick<Manifest, "cluster" | "durableRecord">): string {
  return historyOf(cluster.uid, durableRecord.etcd as Parameters<typeof historyOf>[1]);
}
