import type { Restore } from "../../api/restore.ts";
import { type ConditionUpdate, findCondition } from "../../kube/conditions.ts";
import type { LossFacts } from "./loss-facts.ts";

/**
 * The condition EtcdDataLost: that nothing is left of etcd's data, and how it is brought back. It stays until etcd is
 * there again and no restore goes on: one that fails is not to pass for the end of the loss. Nothing where nothing is lost.
 */
export function lossCondition(facts: LossFacts): ConditionUpdate | undefined {
  const { isLost, isThere, since, underWay, tried } = facts;
  const [restore] = underWay;
  if (!isLost && !since) return undefined;
  if (isThere && !restore) return undefined;
  const lost = { type: "EtcdDataLost", status: "True" as const };
  if (restore) {
    const message = `Nothing was left of etcd's data: the Restore ${nameOf(restore)} puts back what a backup holds`;
    return { ...lost, reason: "RestoreInProgress", message };
  }
  const failure = findCondition(tried[0]?.status?.conditions, "Succeeded");
  if (tried[0] && failure?.status === "False") {
    const message = `Nothing is left of etcd's data, and the Restore ${nameOf(tried[0])} failed: ${failure.message}; ${advice(facts)}`;
    return { ...lost, reason: "RestoreFailed", message };
  }
  return { ...lost, reason: "RestoreRequired", message: `Nothing is left of etcd's data: ${advice(facts)}` };
}

function advice({ cluster, backups, changedAt, tried }: LossFacts): string {
  const { name, namespace } = cluster.metadata ?? {};
  const inVain = tried.map(({ spec }) => spec.from.backupName);
  const backup = backups.find(({ metadata }) => !inVain.includes(metadata?.name ?? "")) ?? backups[0];
  if (!backup) {
    return `there is no good Backup of it in the namespace ${namespace}; put the former volumes back, as EtcdAvailable says, or delete the HostedCluster`;
  }
  const { completedAt = "" } = backup.status ?? {};
  const command = `run hcp restore cluster --name ${name} -n ${namespace} --from ${backup.metadata?.name} --wait, which brings back what there was at ${completedAt}`;
  const isLater = changedAt !== undefined && Date.parse(changedAt) > Date.parse(completedAt);
  return isLater ? `${command}; with --at ${changedAt} in place of --from, what there was then` : command;
}

const nameOf = ({ metadata }: Restore) => `${metadata?.namespace}/${metadata?.name}`;
