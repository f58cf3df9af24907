import type { Backup } from "../../api/backup.ts";
import { keyOf } from "../../kube/watch.ts";
import { isGood } from "./is-good.ts";

/** When each hosted cluster's newest good backup was complete, for `/metrics`. */
export interface BackupAges {
  remember(backup: Backup): void;
  /** By the Backup's key. */
  forget(key: string): void;
  /** Lines in Prometheus' text format. */
  text(): string;
}

/** Nothing remembered yet. */
export function createBackupAges(): BackupAges {
  const good = new Map<string, { namespace: string; cluster: string; at: number }>();
  return {
    remember(backup) {
      const key = keyOf(backup);
      if (!isGood(backup)) return void good.delete(key);
      good.set(key, {
        namespace: backup.metadata?.namespace ?? "",
        cluster: backup.spec.clusterName,
        at: Date.parse(backup.status?.completedAt ?? ""),
      });
    },
    forget: (key) => void good.delete(key),
    text() {
      const newest = new Map<string, number>();
      for (const { namespace, cluster, at } of good.values()) {
        const labels = `namespace="${namespace}",cluster="${cluster}"`;
        newest.set(labels, Math.max(at, newest.get(labels) ?? 0));
      }
      return [
        "# HELP roost_backup_last_success_timestamp_seconds When the newest good backup of a hosted cluster was complete.",
        "# TYPE roost_backup_last_success_timestamp_seconds gauge",
        ...[...newest].map(([labels, at]) => `roost_backup_last_success_timestamp_seconds{${labels}} ${at / 1000}`),
      ].join("\n");
    },
  };
}
