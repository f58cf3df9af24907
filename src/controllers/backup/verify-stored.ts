import { createHash } from "node:crypto";
import { Backup, verifyAnnotation } from "../../api/backup.ts";
import { BackupLocation } from "../../api/backup-location.ts";
import { findCondition, isTrue } from "../../kube/conditions.ts";
import { wait } from "../../kube/controller.ts";
import { recordEvent } from "../../kube/events.ts";
import { doWork, forgetWork } from "../recovery-job/do-work.ts";
import { type BackupStep, type Pass, state } from "./pass.ts";

/** Has all of a complete backup read again where somebody asks for it, once for each time that it is asked. */
export const verifyStored: BackupStep = async (pass) => {
  const { backup, kube, options, now } = pass;
  const { name = "", namespace, annotations, uid } = backup.metadata ?? {};
  const asked = annotations?.[verifyAnnotation];
  if (!asked || !isTrue(backup.status?.conditions, "Succeeded")) return;
  if (backup.status?.verification?.of === asked) return report(pass);

  const { locationName } = backup.spec;
  const location = await kube.get(BackupLocation, locationName);
  if (!location) return underWay(pass, "LocationNotFound", `There is no BackupLocation ${locationName}: make it again`);
  const digest = createHash("sha256").update(`${uid} ${asked}`).digest("hex").slice(0, 24);
  const job = `check-backup-${digest}`;
  const { path = "" } = backup.status ?? {};
  const work = await doWork(kube, options, {
    name: job,
    program: "check-backup",
    args: ["--backup-namespace", namespace ?? "", "--backup", name, "--path", path, "--of", asked],
    owner: { ...backup, kind: Backup.kind },
    location,
  });
  if (work.state === "running") {
    return underWay(pass, "BackupInProgress", `The backup is being read again: ${work.message}`);
  }
  const written = await kube.get(Backup, name, namespace, { live: true });
  const isWritten = written?.status?.verification?.of === asked;
  if (work.state === "failed" && !isWritten) {
    const problems = [written?.status?.problem ?? work.message];
    backup.status = {
      ...backup.status,
      verification: { of: asked, time: now().toISOString(), opened: false, problems },
    };
    const message = `The backup could not be read: ${problems[0]}`;
    return state(pass, { type: "Verified", status: "Unknown", reason: "StoreFailed", message });
  }
  if (!isWritten) await forgetWork(kube, options, job);
  return underWay(pass, "BackupInProgress", "The backup is being read again: it is nearly there", 100);
};

function underWay(pass: Pass, reason: "BackupInProgress" | "LocationNotFound", message: string, afterMs?: number) {
  state(pass, { type: "Verified", status: "Unknown", reason, message }, { reconciling: { reason, message } });
  return wait(reason, message, afterMs);
}

/** Says once what was found. */
async function report(pass: Pass): Promise<void> {
  const { backup, kube, now, log } = pass;
  const { conditions, verification } = backup.status ?? {};
  const before = findCondition(conditions, "Verified");
  if (!verification || (before && before.reason !== "BackupInProgress" && before.reason !== "LocationNotFound")) return;
  const { problems = [], opened } = verification;
  if (problems.length === 0) {
    const message = opened
      ? "All of it was read again, and the snapshot and the objects were looked into"
      : "All of it was read again and is what was stored; it was not looked into, because no private key is at hand";
    return state(pass, { type: "Verified", status: "True", reason: "AsExpected", message });
  }
  const damaged = { reason: "BackupDamaged", message: `The backup is of no use: ${problems.join("; ")}` };
  state(pass, { type: "Verified", status: "False", ...damaged });
  log.warn({ problems }, "a backup is damaged");
  const about = { ...backup, apiVersion: Backup.apiVersion, kind: Backup.kind };
  await recordEvent({ kube, log, now, component: "backup" }, about, { type: "Warning", ...damaged });
}
