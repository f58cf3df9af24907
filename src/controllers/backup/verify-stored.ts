import { createHash } from "node:crypto";
import { Backup, verifyAnnotation } from "../../api/backup.ts";
import { verificationOf } from "../../api/verification-of.ts";
import { findCondition, isTrue } from "../../kube/conditions.ts";
import { wait } from "../../kube/controller.ts";
import { recordEvent } from "../../kube/events.ts";
import { doWork, forgetWork } from "../recovery-job/do-work.ts";
import { findLocation } from "./find-location.ts";
import { type BackupStep, type Pass, state } from "./pass.ts";
import { verified } from "./verified.ts";

/** Has all of a complete backup read again where somebody asks for it, once for each time that it is asked. */
export const verifyStored: BackupStep = async (pass) => {
  const { backup, kube, options, now } = pass;
  const { name = "", namespace, annotations, uid } = backup.metadata ?? {};
  const asked = annotations?.[verifyAnnotation];
  if (!isTrue(backup.status?.conditions, "Succeeded")) return;
  const of = asked && verificationOf(asked);
  const job = `check-backup-${createHash("sha256").update(`${uid} ${asked}`).digest("hex").slice(0, 24)}`;
  if (!of || backup.status?.verification?.of === of) {
    const wasUnderWay = findCondition(backup.status?.conditions, "Verified")?.reason === "BackupInProgress";
    if (wasUnderWay) await forgetWork(kube, options, job);
    return report(pass);
  }

  const found = await findLocation(kube, backup);
  if (!found.location) return underWay(pass, "LocationNotFound", `The backup cannot be read: ${found.why}`);
  const { path = "", verification: before } = backup.status ?? {};
  // Damage that was found inside is not gone because this look cannot open anything.
  const foundInside = before?.opened && before.problems?.length ? ["--found-inside", "true"] : [];
  const work = await doWork(kube, options, {
    name: job,
    program: "check-backup",
    args: ["--backup-namespace", namespace ?? "", "--backup", name, "--path", path, "--of", of, ...foundInside],
    owner: { ...backup, kind: Backup.kind },
    location: found.location,
  });
  if (work.state === "running") {
    return underWay(pass, "BackupInProgress", `The backup is being read again: ${work.message}`);
  }
  const written = await kube.get(Backup, name, namespace, { live: true });
  const isWritten = written?.status?.verification?.of === of;
  if (work.state === "failed" && !isWritten) {
    const unread = (written?.status?.problem ?? work.message).slice(0, 4096);
    // What an earlier look found stays.
    const verification = { opened: false, ...before, of, time: now().toISOString(), unread };
    backup.status = { ...backup.status, verification };
    return report(pass);
  }
  if (!isWritten) await forgetWork(kube, options, job);
  return underWay(pass, "BackupInProgress", "The backup is being read again: it is nearly there", 100);
};

function underWay(pass: Pass, reason: "BackupInProgress" | "LocationNotFound", message: string, afterMs?: number) {
  state(pass, { type: "Verified", status: "Unknown", reason, message }, { reconciling: { reason, message } });
  return wait(reason, message, afterMs);
}

/** Says what was found, whenever it was and whoever saw it first. */
async function report(pass: Pass): Promise<void> {
  const { backup, kube, now, log } = pass;
  const { conditions, verification } = backup.status ?? {};
  if (!verification) return;
  const before = findCondition(conditions, "Verified");
  const found = verified(verification);
  state(pass, found);
  const { reason, message = "" } = found;
  if (reason !== "BackupDamaged" || (before?.reason === reason && before.message === message)) return;
  log.warn({ problems: verification.problems }, "a backup is damaged");
  const about = { ...backup, apiVersion: Backup.apiVersion, kind: Backup.kind };
  await recordEvent({ kube, log, now, component: "backup" }, about, { type: "Warning", reason, message });
}
