import type { Backup, BackupLocation, Drill } from "../../api/index.ts";
import { findCondition } from "../../kube/conditions.ts";
import { movedLocation } from "../store/moved-location.ts";

/** What a drill follows from: all of it as the server has it now. */
export interface DrillSituation {
  /** The Backups of the namespace. */
  backups: Backup[];
  locations: BackupLocation[];
  /** Other Drills of the same cluster. */
  others: Drill[];
}

/** The operations that a drill consists of, in order. The last one is carried out whatever becomes of the others. */
const titles = {
  prepare: "Read the backup, and make a control plane of its own from it, of which nothing runs yet",
  "restore-etcd": "Give its etcd the snapshot",
  compare: "Compare etcd with the backup, while nothing but etcd runs",
  start: "Start the control plane",
  prove: "Prove that it works, with every check that needs no nodes",
  remove: "Remove it",
} as const;
export type DrillOperationName = keyof typeof titles;

/** One operation, as it is told before it begins. */
export interface PlannedDrillOperation {
  name: DrillOperationName;
  title: string;
}

/** What to do with which backup, or why nothing is done, for now or for good. */
export type DrillPlan =
  | { refusal: string }
  | { waitsFor: string }
  | { backup: Backup; operations: PlannedDrillOperation[] };

/** The plan of a drill. Pure: the same situation, the same plan. */
export function drillPlan(drill: Drill, situation: DrillSituation): DrillPlan {
  const earlier = situation.others.find((other) => !other.status?.completedAt && isBefore(other, drill));
  if (earlier) {
    return { waitsFor: `The Drill ${keyOf(earlier)} of the same cluster is not over: this one begins after it` };
  }
  const found = backupFor(drill, situation);
  if ("refusal" in found) return found;
  const { locationName } = found.backup.spec;
  const location = situation.locations.find(({ metadata }) => metadata?.name === locationName);
  if (!location) return { refusal: `There is no BackupLocation ${locationName}: make it again` };
  const moved = movedLocation(location, found.backup);
  if (moved) return { refusal: moved };
  const names = Object.keys(titles) as DrillOperationName[];
  return { backup: found.backup, operations: names.map((name) => ({ name, title: titles[name] })) };
}

/** Of two that nobody has begun, which goes first is the same for whoever looks. */
function isBefore(one: Drill, other: Drill): boolean {
  const order = ({ metadata }: Drill) => `${metadata?.creationTimestamp ?? ""} ${metadata?.uid ?? ""}`;
  return order(one) < order(other);
}

function backupFor(
  { metadata, spec: { clusterName, from } }: Drill,
  { backups }: DrillSituation,
): { backup: Backup } | { refusal: string } {
  const { namespace } = metadata ?? {};
  if (!from) {
    const [newest] = backups
      .filter((backup) => backup.spec.clusterName === clusterName && !problemOf(backup))
      .sort((a, b) => madeAt(b) - madeAt(a));
    if (newest) return { backup: newest };
    return { refusal: `There is no good Backup of the cluster ${clusterName} in the namespace ${namespace}: make one` };
  }
  const name = `${namespace}/${from.backupName}`;
  const backup = backups.find((each) => each.metadata?.name === from.backupName);
  if (!backup) return { refusal: `There is no Backup ${name}` };
  if (backup.spec.clusterName !== clusterName) {
    return { refusal: `The Backup ${name} is of the cluster ${backup.spec.clusterName}` };
  }
  const problem = problemOf(backup);
  return problem ? { refusal: `The Backup ${name} ${problem}` } : { backup };
}

function problemOf({ metadata, status }: Backup): string | undefined {
  if (metadata?.deletionTimestamp) return "is being deleted";
  if (findCondition(status?.conditions, "Succeeded")?.status !== "True" || !status?.path) return "is not complete";
  const problems = status.verification?.problems ?? [];
  return problems.length > 0 ? `is damaged: ${problems.join("; ")}` : undefined;
}

const madeAt = ({ status }: Backup) => Date.parse(status?.completedAt ?? "") || 0;
const keyOf = ({ metadata }: Drill) => `${metadata?.namespace}/${metadata?.name}`;
