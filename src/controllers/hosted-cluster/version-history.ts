import type { HostedCluster } from "../../api/hosted-cluster.ts";

type VersionStatus = NonNullable<NonNullable<HostedCluster["status"]>["version"]>;

/** How many past versions are kept. */
const kept = 100;

/** Whether the release is what the history ends with, and complete: one that was complete before another does not count. */
export function isRolledOut(history: VersionStatus["history"] | undefined, image: string): boolean {
  const [latest] = history ?? [];
  return latest?.image === image && latest.state === "Completed";
}

/** What the cluster runs, runs towards and has run. */
export function versionStatus(
  before: VersionStatus | undefined,
  release: { image: string; version: string },
  rolledOut: boolean,
  generation: number,
  now: Date,
): VersionStatus {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const desired = { image: release.image, version: release.version };
  const history = before?.history ?? [];
  const latest = history[0];
  const sameAsLatest = latest?.image === release.image;
  const entry = sameAsLatest
    ? latest
    : {
        state: "Partial",
        image: release.image,
        version: release.version,
        startedTime: time,
        completionTime: null,
        verified: false,
      };
  const current =
    rolledOut && entry?.state !== "Completed"
      ? { ...entry, state: "Completed", completionTime: time, version: release.version }
      : entry;
  return {
    availableUpdates: before?.availableUpdates ?? null,
    ...(before?.conditionalUpdates ? { conditionalUpdates: before.conditionalUpdates } : {}),
    desired,
    history: [current, ...(sameAsLatest ? history.slice(1) : history)].slice(0, kept),
    observedGeneration: generation,
  } as VersionStatus;
}
