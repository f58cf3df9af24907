import { heldOf } from "../../api/held.ts";
import type { Restore } from "../../api/index.ts";
import { paused } from "../../api/paused.ts";
import type { Situation } from "./situation.ts";
import { sourceRefusal } from "./source-refusal.ts";

/** One operation of a plan, as it is told before it begins. */
export interface PlannedOperation {
  name: OperationName;
  title: string;
}

/** The operations that a restore in place consists of, in order. */
const inPlace = {
  serve: "Read the backup, and have its snapshot at hand for the members of etcd",
  stop: "Stop the control plane, so that nothing is written any more",
  "restore-etcd": "Give every member of etcd the snapshot, and keep what it had beside it",
  compare: "Compare etcd with the backup, while nothing but etcd runs",
  start: "Start the control plane",
  prove: "Prove that the cluster works, with every check",
  clear: "Remove what the restore needed",
} as const;

/** The same of one whose HostedCluster, or whose control plane's namespace, is not there. */
const anew = {
  look: "Read the backup, and see that nothing is in its way and the former control plane is gone",
  "make-objects": "Make the cluster's objects again, and hold them so that nobody acts on them",
  serve: inPlace.serve,
  wake: "Start the control-plane-operator, and nothing else of the control plane",
  "restore-etcd": "Give every member of etcd the snapshot",
  compare: inPlace.compare,
  start: inPlace.start,
  prove: inPlace.prove,
  release: "Let the machines go that were held",
  clear: inPlace.clear,
} as const;
const { clear, ...beforeClear } = inPlace;
const inPlaceOfHeld = { ...beforeClear, release: anew.release, clear };
export type OperationName = keyof typeof inPlace | keyof typeof anew;

/** What to do, or why nothing is done. */
export type Plan = { refusal: string } | { operations: PlannedOperation[] };

/**
 * The plan of a restore: in place, or of a cluster that is made again where it, or its control plane with its namespace,
 * is gone. Pure: the same situation, the same plan.
 */
export function restorePlan(restore: Restore, situation: Situation, now: Date): Plan {
  const { cluster } = situation;
  const refusal =
    (cluster ? clusterRefusal(cluster, restore, situation, now) : absenceRefusal(restore, situation)) ??
    sourceRefusal(restore, situation, now) ??
    otherRefusal(restore, situation);
  if (refusal) return { refusal };
  const titles = situation.plane ? (isHeld(situation) ? inPlaceOfHeld : inPlace) : anew;
  return { operations: Object.entries(titles).map(([name, title]) => ({ name: name as OperationName, title })) };
}

/** Whether an earlier restore, which was not proved, holds its machines still. */
const isHeld = ({ cluster }: Situation) => cluster !== undefined && heldOf(cluster) === "machines";

function clusterRefusal(
  cluster: NonNullable<Situation["cluster"]>,
  { spec: { clusterName }, metadata }: Restore,
  { plane, hasNamespace }: Situation,
  now: Date,
): string | undefined {
  const key = `${metadata?.namespace}/${clusterName}`;
  if (cluster.metadata?.deletionTimestamp) return `The HostedCluster ${key} is being deleted`;
  if (!plane && !ranOnce(cluster)) return `The HostedCluster ${key} has no control plane yet`;
  if (!plane && hasNamespace) {
    return `The HostedControlPlane of ${key} is gone, and its namespace is not: what is in that may be newer than any backup; put the HostedControlPlane back, or delete the namespace`;
  }
  if (cluster.spec.etcd.managementType !== "Managed") {
    return `etcd of ${key} is run by somebody else: restore it there`;
  }
  if (paused(cluster.spec.pausedUntil, now).paused) {
    return `The HostedCluster ${key} is paused: take spec.pausedUntil away first`;
  }
  return undefined;
}

/** Whether there was a control plane that is lost, and not one that is still to come. */
function ranOnce({ status }: NonNullable<Situation["cluster"]>): boolean {
  return status?.version?.history?.some(({ state }) => state === "Completed") ?? false;
}

/** Whoever has mistaken the cluster's name is to hear of that, and not of a backup. */
function absenceRefusal({ spec, metadata }: Restore, { backup }: Situation): string | undefined {
  const { clusterName, from } = spec;
  if (from.backupName === undefined || backup) return undefined;
  const { namespace } = metadata ?? {};
  return `There is no HostedCluster ${namespace}/${clusterName} and no Backup ${namespace}/${from.backupName}: to make a cluster again from what lies in a BackupLocation, name that as well`;
}

function otherRefusal({ metadata }: Restore, { others: [other] }: Situation): string | undefined {
  return other && `The Restore ${metadata?.namespace}/${other.metadata?.name} of the same cluster is not over`;
}
