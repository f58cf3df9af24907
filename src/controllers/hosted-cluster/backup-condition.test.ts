import { expect, test } from "vitest";
import type { BackupSchedule } from "../../api/backup-schedule.ts";
import { backupCondition } from "./backup-condition.ts";

const schedule = (status: string, message: string): BackupSchedule => ({
  metadata: { name: message },
  spec: { clusterName: "demo", locationName: "store", every: "1h" },
  status: { conditions: [{ type: "BackupCurrent", status, reason: "AsExpected", message }] as never },
});

test("of several schedules the worst is told, in its own words", () => {
  const all = [schedule("True", "good"), schedule("False", "bad"), schedule("Unknown", "unknown")];
  expect(backupCondition(all)).toMatchObject({ type: "BackupCurrent", status: "False", message: "bad" });
  expect(backupCondition(all.slice(0, 1))).toMatchObject({ status: "True", message: "good" });
});

test("without a schedule, or one that anybody has looked at, there is nothing to say", () => {
  expect(backupCondition([])).toBeUndefined();
  expect(backupCondition([{ ...schedule("False", "bad"), status: {} }])).toBeUndefined();
  const going = schedule("False", "going");
  going.metadata = { ...going.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
  expect(backupCondition([going])).toBeUndefined();
});
