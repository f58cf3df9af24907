import { Backup } from "../../api/backup.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { wait } from "../../kube/controller.ts";
import { recordEvent } from "../../kube/events.ts";
import { backupPath } from "../../recovery/manifest.ts";
import { doWork, forgetWork } from "../recovery-job/do-work.ts";
import { findLocation } from "./find-location.ts";
import { isFinished } from "./is-finished.ts";
import { type BackupStep, type Pass, state } from "./pass.ts";

/** Has the backup made once. What came of it is final: a backup that failed is not tried again, another one is. */
export const ensureStored: BackupStep = async (pass) => {
  const { backup, kube, options, log } = pass;
  const { name = "", namespace = "", uid = "" } = backup.metadata ?? {};
  const { clusterName } = backup.spec;
  if (isFinished(backup)) return;
  if (backup.status?.completedAt) {
    await forgetWork(kube, options, makeJobName(uid));
    return succeeded(pass);
  }

  const found = await findLocation(kube, backup);
  if (!found.location) return underWay(pass, "LocationNotFound", `The backup cannot be made: ${found.why}`);
  // Before anything is written there: whoever deletes the Backup looks for what there is by it.
  const path = backupPath({ namespace, name: clusterName }, name);
  if (!backup.status?.path) {
    backup.status = { ...backup.status, path, place: found.place };
    return underWay(pass, "BackupInProgress", "The backup is about to be made", 10);
  }
  const job = makeJobName(uid);
  const work = await doWork(kube, options, {
    name: job,
    program: "make-backup",
    args: ["--cluster-namespace", namespace, "--cluster", clusterName, "--backup", name, "--uid", uid],
    owner: { ...backup, kind: Backup.kind },
    location: found.location,
  });
  // What the Job wrote may be newer than what this pass was given.
  const written = work.state === "running" ? backup : await kube.get(Backup, name, namespace, { live: true });
  const { problem, completedAt } = written?.status ?? {};
  if (work.state === "failed" && !completedAt) {
    const failed = { reason: "BackupFailed", message: problem ?? work.message };
    state(pass, { type: "Succeeded", status: "False", ...failed }, { stalled: failed });
    log.warn({ why: failed.message }, "a backup failed");
    await tell(pass, { type: "Warning", ...failed });
    return;
  }
  if (work.state !== "running") {
    // Nobody knows what became of a Job that ended without a word; one that had ended well finds all done.
    if (!completedAt) await forgetWork(kube, options, job);
    return underWay(pass, "BackupInProgress", "The backup is being made: it is nearly there", 100);
  }
  const why = problem ? `it is tried again, because ${problem}` : work.message;
  return underWay(pass, "BackupInProgress", `The backup is being made: ${why}`);
};

async function succeeded(pass: Pass): Promise<void> {
  const { path, revision, objects, bytes } = pass.backup.status ?? {};
  const message = `The backup is complete: revision ${revision} of etcd, ${objects} objects, ${bytes} bytes`;
  delete pass.backup.status?.problem;
  state(pass, { type: "Succeeded", status: "True", reason: "BackupSucceeded", message });
  pass.log.info({ path, revision, bytes }, "a backup is complete");
  await tell(pass, { type: "Normal", reason: "BackupSucceeded", message });
}

/** The name of the Job that makes a Backup. */
export const makeJobName = (uid: string) => `make-backup-${uid}`;

function underWay(pass: Pass, reason: "BackupInProgress" | "LocationNotFound", message: string, afterMs?: number) {
  state(pass, { type: "Succeeded", status: "Unknown", reason, message }, { reconciling: { reason, message } });
  return wait(reason, message, afterMs);
}

/** At the Backup, and where it failed at the HostedCluster, too: who looks at the cluster is to see it. */
async function tell(pass: Pass, happening: { type: "Normal" | "Warning"; reason: string; message: string }) {
  const { backup, kube, log, now } = pass;
  const options = { kube, log, now, component: "backup" };
  await recordEvent(options, { ...backup, apiVersion: Backup.apiVersion, kind: Backup.kind }, happening);
  if (happening.type === "Normal") return;
  const { name, namespace } = backup.metadata ?? {};
  const cluster = await kube.get(HostedCluster, backup.spec.clusterName, namespace);
  if (!cluster) return;
  const { apiVersion, kind } = HostedCluster;
  const message = `The backup ${name} failed: ${happening.message}`;
  await recordEvent(options, { ...cluster, apiVersion, kind }, { ...happening, message });
}
