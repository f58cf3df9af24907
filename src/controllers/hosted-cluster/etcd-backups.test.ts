import { expect, test } from "vitest";
import type { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { etcdBackups } from "./etcd-backups.ts";

const backup = (reason: string, lastTransitionTime: string, snapshotURL?: string): HCPEtcdBackup => ({
  spec: { storage: { storageType: "S3" } },
  status: {
    snapshotURL,
    conditions: [
      {
        type: "BackupCompleted",
        status: reason === "BackupSucceeded" ? "True" : "False",
        reason,
        message: reason,
        lastTransitionTime,
      },
    ],
  },
});

test("the newest that has ended is told, and where the newest snapshot is", () => {
  const good = backup("BackupSucceeded", "2026-01-01T00:00:00Z", "s3://backups/good.db");
  const failed = backup("BackupFailed", "2026-01-02T00:00:00Z");
  const running = backup("BackupInProgress", "2026-01-03T00:00:00Z");
  expect(etcdBackups([good, failed, running])).toEqual({
    condition: { type: "EtcdBackupSucceeded", status: "False", reason: "BackupFailed", message: "BackupFailed" },
    url: "s3://backups/good.db",
  });
});

test("while none has ended there is nothing to say", () => {
  expect(etcdBackups([backup("BackupInProgress", "2026-01-03T00:00:00Z")])).toEqual({});
  expect(etcdBackups([])).toEqual({});
});
