import type { BackupSchedule } from "../../api/backup-schedule.ts";
import { keyOf } from "../../kube/watch.ts";

/** Up to when each hosted cluster's changes are in a location, for `/metrics`. */
export interface ShippedTimes {
  remember(schedule: BackupSchedule): void;
  /** By the BackupSchedule's key. */
  forget(key: string): void;
  /** Lines in Prometheus' text format. */
  text(): string;
}

/** Nothing remembered yet. */
export function createShippedTimes(): ShippedTimes {
  const known = new Map<string, { labels: string; at: number }>();
  return {
    remember(schedule) {
      const { metadata, spec, status } = schedule;
      const until = spec.continuous ? status?.changes?.until : undefined;
      if (!until) return void known.delete(keyOf(schedule));
      const labels = `namespace="${metadata?.namespace}",cluster="${spec.clusterName}",schedule="${metadata?.name}"`;
      known.set(keyOf(schedule), { labels, at: Date.parse(until) });
    },
    forget: (key) => void known.delete(key),
    text: () =>
      [
        "# HELP roost_changes_shipped_timestamp_seconds Up to when the changes of a hosted cluster are in a backup location.",
        "# TYPE roost_changes_shipped_timestamp_seconds gauge",
        ...[...known.values()].map(
          ({ labels, at }) => `roost_changes_shipped_timestamp_seconds{${labels}} ${at / 1000}`,
        ),
      ].join("\n"),
  };
}
