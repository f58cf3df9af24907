import type { Restore } from "../../api/index.ts";
import { paused } from "../../api/paused.ts";
import { findCondition } from "../../kube/conditions.ts";
import type { Situation } from "./situation.ts";

/** One operation of a plan, as it is told before it begins. */
export interface PlannedOperation {
  name: OperationName;
  title: string;
}

/** The operations that a restore in place consists of, in order. */
const titles = {
  serve: "Read the backup, and have its snapshot at hand for the members of etcd",
  stop: "Stop the control plane, so that nothing is written any more",
  "restore-etcd": "Give every member of etcd the snapshot, and keep what it had beside it",
  compare: "Compare etcd with the backup, while nothing but etcd runs",
  start: "Start the control plane",
  prove: "Prove that the cluster works, with every check",
  clear: "Remove what the restore needed",
} as const;
export type OperationName = keyof typeof titles;

/** What to do, or why nothing is done. */
export type Plan = { refusal: string } | { operations: PlannedOperation[] };

/** The plan of a restore in place. Pure: the same situation, the same plan. */
export function restorePlan({ spec, metadata }: Restore, situation: Situation, now: Date): Plan {
  const refusal = refusalOf(spec, metadata?.namespace ?? "", situation, now);
  if (refusal) return { refusal };
  const names = Object.keys(titles) as OperationName[];
  return { operations: names.map((name) => ({ name, title: titles[name] })) };
}

function refusalOf(
  { clusterName, from }: Restore["spec"],
  namespace: string,
  { cluster, plane, backup, location, others }: Situation,
  now: Date,
): string | undefined {
  if (!cluster) return `There is no HostedCluster ${namespace}/${clusterName}`;
  if (cluster.metadata?.deletionTimestamp) return `The HostedCluster ${namespace}/${clusterName} is being deleted`;
  if (!plane) return `The HostedCluster ${namespace}/${clusterName} has no control plane yet`;
  if (cluster.spec.etcd.managementType !== "Managed") {
    return `etcd of ${namespace}/${clusterName} is run by somebody else: restore it there`;
  }
  if (paused(cluster.spec.pausedUntil, now).paused) {
    return `The HostedCluster ${namespace}/${clusterName} is paused: take spec.pausedUntil away first`;
  }
  if (!backup) return `There is no Backup ${namespace}/${from.backupName}`;
  if (backup.spec.clusterName !== clusterName) {
    return `The Backup ${namespace}/${from.backupName} is of the cluster ${backup.spec.clusterName}`;
  }
  if (findCondition(backup.status?.conditions, "Succeeded")?.status !== "True" || !backup.status?.path) {
    return `The Backup ${namespace}/${from.backupName} is not complete: restore from another one`;
  }
  const verified = findCondition(backup.status?.conditions, "Verified");
  if (verified?.status === "False") {
    return `The Backup ${namespace}/${from.backupName} is damaged: ${verified.message}`;
  }
  if (!location) return `There is no BackupLocation ${backup.spec.locationName}: make it again`;
  const [other] = others;
  return other && `The Restore ${namespace}/${other.metadata?.name} of the same cluster is not over`;
}
