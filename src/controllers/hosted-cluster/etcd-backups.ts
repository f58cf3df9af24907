import type { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { type Condition, type ConditionUpdate, findCondition } from "../../kube/conditions.ts";

/** What a cluster's HCPEtcdBackups tell of the newest that has ended, and where the newest snapshot is. */
export function etcdBackups(backups: readonly HCPEtcdBackup[]): { condition?: ConditionUpdate; url?: string } {
  const ended = backups
    .map(({ status }) => ({ url: status?.snapshotURL, completed: completedOf(status) }))
    .filter(({ completed }) => completed && completed.reason !== "BackupInProgress")
    .sort((a, b) => (b.completed?.lastTransitionTime ?? "").localeCompare(a.completed?.lastTransitionTime ?? ""));
  const { completed } = ended[0] ?? {};
  const url = ended.find((each) => each.completed?.status === "True")?.url;
  if (!completed) return {};
  const { status, reason, message } = completed;
  return { condition: { type: "EtcdBackupSucceeded", status, reason, message }, ...(url && { url }) };
}

const completedOf = (status: HCPEtcdBackup["status"]) =>
  findCondition(status?.conditions as Condition[] | undefined, "BackupCompleted");
