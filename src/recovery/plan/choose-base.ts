import type { Backup } from "../../api/index.ts";
import { findCondition } from "../../kube/conditions.ts";

/** The newest good backup of a cluster that was complete at a time, of those in locations that have changes, too. */
export function chooseBase(
  backups: readonly Backup[],
  { uid, locations, time }: { uid: string; locations: readonly string[]; time: Date },
): Backup | undefined {
  const madeAt = ({ status }: Backup) => Date.parse(status?.completedAt ?? "");
  const good = backups.filter((backup) => {
    const { metadata, spec, status } = backup;
    const isComplete = findCondition(status?.conditions, "Succeeded")?.status === "True";
    const isWhole = !metadata?.deletionTimestamp && !status?.verification?.problems?.length;
    const isOfThis = status?.clusterUID === uid && locations.includes(spec.locationName);
    return isComplete && isWhole && isOfThis && madeAt(backup) <= time.getTime();
  });
  return good.sort((a, b) => madeAt(b) - madeAt(a))[0];
}
