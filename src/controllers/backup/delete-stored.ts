import { Backup, keepStoredAnnotation } from "../../api/backup.ts";
import { wait } from "../../kube/controller.ts";
import { Pod } from "../../kube/kinds.ts";
import { doWork, forgetWork } from "../recovery-job/do-work.ts";
import { makeJobName } from "./ensure-stored.ts";
import { findLocation } from "./find-location.ts";
import { type BackupStep, type Pass, state } from "./pass.ts";

/**
 * Deletes what the backup has in its location, once nobody writes there any more. That the location is gone is no
 * reason to believe that its objects are.
 */
export const deleteStored: BackupStep = async (pass) => {
  const { backup, kube, options } = pass;
  const { name = "", namespace = "", annotations, uid = "" } = backup.metadata ?? {};
  const maker = makeJobName(uid);
  await forgetWork(kube, options, maker);
  const labels = { "batch.kubernetes.io/job-name": maker };
  const pods = await kube.list(Pod, { namespace: options.operatorNamespace, labels, live: true });
  const writing = pods.filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
  if (writing.length > 0) return deleting(pass, "The backup was still being made: its pod is ending", 2_000);

  const { path, deleted } = backup.status ?? {};
  const job = `delete-backup-${uid}`;
  if (deleted) return forgetWork(kube, options, job);
  // Written down before anything was stored.
  if (!path || annotations?.[keepStoredAnnotation] === "true") return;
  const leave = `leave what lies there with: kubectl annotate backups.recovery.roost.dev ${name} --namespace ${namespace} ${keepStoredAnnotation}=true`;
  const found = await findLocation(kube, backup, { live: true });
  if (!found.location) {
    const message = `What lies at ${path} cannot be deleted, because ${found.why}, or ${leave}`;
    return deleting(pass, message, undefined, "LocationNotFound");
  }
  const work = await doWork(kube, options, {
    name: job,
    program: "delete-backup",
    args: ["--backup-namespace", namespace, "--backup", name, "--path", path, "--uid", uid],
    owner: { ...backup, kind: Backup.kind },
    location: found.location,
  });
  if (work.state === "running") return deleting(pass, `What lies at ${path} is being deleted: ${work.message}`);
  const written = await kube.get(Backup, name, namespace, { live: true });
  await forgetWork(kube, options, job);
  if (!written || written.status?.deleted) return;
  // Nobody knows what became of a Job that ended without a word.
  if (work.state === "done") return deleting(pass, `What lies at ${path} is being deleted: its Job is made again`, 100);
  // Once more after a pause: what the store said may be mended.
  const why = written.status?.problem ?? work.message;
  return deleting(pass, `What lies at ${path} cannot be deleted: ${why}. Mend that, or ${leave}`, 60_000);
};

function deleting(pass: Pass, message: string, afterMs?: number, reason: "Deleting" | "LocationNotFound" = "Deleting") {
  state(pass, { type: "Succeeded", status: "Unknown", reason, message }, { reconciling: { reason, message } });
  return wait(reason, message, afterMs);
}
