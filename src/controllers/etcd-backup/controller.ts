import type { HCPEtcdBackupConditionType } from "../../api/conditions.ts";
import { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { type Condition, findCondition } from "../../kube/conditions.ts";
import { type Context, type Controller, type Outcome, wait } from "../../kube/controller.ts";
import { doWork, forgetWork } from "../recovery-job/do-work.ts";
import { watchJobs } from "../recovery-job/watch-jobs.ts";
import type { RecoveryOptions } from "../recovery-options.ts";
import { withConditions } from "../with-conditions.ts";
import { locationOf } from "./location-of.ts";

/** Has a snapshot of etcd made for each HCPEtcdBackup, once. It stays in its bucket when its object goes. */
export function etcdBackupController(options: RecoveryOptions): Controller<HCPEtcdBackup> {
  return {
    name: "etcd-backup",
    kind: HCPEtcdBackup,
    watches: [watchJobs(HCPEtcdBackup.kind, options.operatorNamespace)],
    reconcile: (backup, context) => ensureSnapshot(backup, context, options),
  };
}

const underWay = "The snapshot is being made";
const final: readonly (string | undefined)[] = ["BackupSucceeded", "BackupFailed", "BackupRejected"];

async function ensureSnapshot(backup: HCPEtcdBackup, context: Context, options: RecoveryOptions): Promise<Outcome> {
  const { kube, now, log } = context;
  const { name = "", namespace = "", uid = "" } = backup.metadata ?? {};
  const completed = ({ status }: HCPEtcdBackup) =>
    findCondition(status?.conditions as Condition[] | undefined, "BackupCompleted");
  const say = (status: "True" | "False", reason: string, message: string) => {
    const type: HCPEtcdBackupConditionType = "BackupCompleted";
    const conditions = withConditions(backup, [{ type, status, reason, message }], now());
    backup.status = { ...backup.status, conditions };
  };
  if (final.includes(completed(backup)?.reason)) return;
  if (backup.status?.snapshotURL) return say("True", "BackupSucceeded", "The snapshot is complete");
  const location = locationOf(backup.spec);
  if (typeof location === "string") return say("False", "BackupRejected", location);
  const job = `make-etcd-backup-${uid}`;
  const work = await doWork(kube, options, {
    name: job,
    program: "make-etcd-backup",
    args: ["--control-plane-namespace", namespace, "--backup", name, "--uid", uid],
    owner: { ...backup, kind: HCPEtcdBackup.kind },
    location,
  });
  const written = work.state === "running" ? backup : await kube.get(HCPEtcdBackup, name, namespace, { live: true });
  const said = written && completed(written)?.message;
  const problem = said === underWay ? undefined : said;
  if (work.state === "failed" && !written?.status?.snapshotURL) {
    const why = problem ?? work.message;
    log.warn({ why }, "a snapshot failed");
    return say("False", "BackupFailed", why);
  }
  if (work.state === "done" && !written?.status?.snapshotURL) await forgetWork(kube, options, job);
  // What an attempt that failed has said stays until there is more to say.
  if (!problem) say("False", "BackupInProgress", underWay);
  return wait("BackupInProgress", underWay, work.state === "running" ? undefined : 100);
}
