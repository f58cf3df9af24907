import type { Restore } from "../../api/index.ts";
import { findCondition } from "../../kube/conditions.ts";
import { movedLocation } from "../store/moved-location.ts";
import type { Situation } from "./situation.ts";
import { sourceOf } from "./source-of.ts";

/** Why nothing can be restored from what a Restore names; nothing where it can, as far as is known before it is read. */
export function sourceRefusal(restore: Restore, situation: Situation, now: Date): string | undefined {
  const { cluster, backup, location } = situation;
  const { clusterName, from } = restore.spec;
  const { namespace } = restore.metadata ?? {};
  const key = `${namespace}/${clusterName}`;
  if (from.time && new Date(from.time) > now) return `${from.time} is still to come`;
  if (from.time && !cluster) {
    return `There is no HostedCluster ${key}: it can be made again from a backup, and put back to a time after that`;
  }
  if (from.time && !backup) {
    const found = from.locationName
      ? `in the location ${from.locationName}: give a later time`
      : "in a location that a schedule ships its changes to now: give a later time, or name with --location where they were shipped to before";
    return `No good backup of ${key} was complete at ${from.time} ${found}, or restore a backup`;
  }
  if (from.path === undefined) {
    const name = from.backupName ?? backup?.metadata?.name;
    const problem = backupProblem(`The Backup ${namespace}/${name}`, backup, clusterName);
    if (problem) return problem;
  } else if (!from.path.startsWith(`${namespace}/${clusterName}/`)) {
    // Who may make Restores in one namespace is not to get at the backups of others.
    return `What lies at ${from.path} is no backup of ${namespace}/${clusterName}: the path of such a one begins with ${namespace}/${clusterName}/`;
  }
  if (!location) return `There is no BackupLocation ${sourceOf(restore, backup).location}: make it again`;
  const moved = backup && movedLocation(location, backup);
  return moved && `The Backup ${namespace}/${backup.metadata?.name} cannot be read, because ${moved}`;
}

function backupProblem(name: string, backup: Situation["backup"], clusterName: string): string | undefined {
  if (!backup) return `There is no ${name.slice("The ".length)}`;
  if (backup.spec.clusterName !== clusterName) return `${name} is of the cluster ${backup.spec.clusterName}`;
  if (findCondition(backup.status?.conditions, "Succeeded")?.status !== "True" || !backup.status?.path) {
    return `${name} is not complete: restore from another one`;
  }
  const verified = findCondition(backup.status?.conditions, "Verified");
  return verified?.status === "False" ? `${name} is damaged: ${verified.message}` : undefined;
}
