import { Backup } from "../../api/backup.ts";
import { BackupLocation } from "../../api/backup-location.ts";
import { type Controller, watches } from "../../kube/controller.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import { keyOf } from "../../kube/watch.ts";
import { watchJobs } from "../recovery-job/watch-jobs.ts";
import type { RecoveryOptions } from "../recovery-options.ts";
import { runSteps } from "../run-steps.ts";
import type { BackupAges } from "./backup-ages.ts";
import { deleteStored } from "./delete-stored.ts";
import { ensureStored } from "./ensure-stored.ts";
import { isFinished } from "./is-finished.ts";
import { lookAt } from "./pass.ts";
import { verifyStored } from "./verify-stored.ts";

export interface BackupOptions extends RecoveryOptions {
  /** Told of each good backup, for metrics. */
  backupAges: BackupAges;
}

/** Has each Backup made, read again where somebody asks for it, and deleted from the store with its object. */
export function backupController(options: BackupOptions): Controller<Backup> {
  return {
    name: "backup",
    kind: Backup,
    finalizer: "recovery.roost.dev/stored",
    watches: [
      watches<BackupLocation>({
        kind: BackupLocation,
        keep: true,
        reads: ({ metadata, spec }) => [metadata?.uid, spec],
        keysOf: ({ metadata }, backups) =>
          (backups() as Backup[])
            .filter(
              (backup) =>
                backup.spec.locationName === metadata?.name && (!isFinished(backup) || isBeingDeleted(backup)),
            )
            .map(keyOf),
      }),
      watchJobs(Backup.kind, options.operatorNamespace),
    ],
    async reconcile(backup, context) {
      const pass = lookAt(backup, context, options);
      const outcome = await runSteps(pass, [ensureStored, verifyStored]);
      options.backupAges.remember(backup);
      return outcome;
    },
    cleanup: (backup, context) => runSteps(lookAt(backup, context, options), [deleteStored]),
    gone: (key) => options.backupAges.forget(key),
  };
}
