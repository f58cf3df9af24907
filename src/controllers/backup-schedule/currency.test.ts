import { expect, test } from "vitest";
import type { Backup } from "../../api/backup.ts";
import { currency } from "./currency.ts";

const backup = (name: string, completedAt?: string, status = "True", message = ""): Backup => ({
  metadata: { name },
  spec: { clusterName: "demo", locationName: "store" },
  status: { completedAt, conditions: [{ type: "Succeeded", status, message }] as never },
});
const schedule = { every: "1h", everyMs: 3_600_000, since: new Date("2026-01-01T00:00:00Z") };
const at = (time: string) => new Date(`2026-01-01T${time}Z`);
const good = backup("good", "2026-01-01T12:00:00Z");
const failed = backup("failed", undefined, "False", "There is no bucket backups");

test("a backup is young enough until two periods have passed", () => {
  const of = (time: string) => currency({ newest: good, last: good }, schedule, at(time));
  expect(of("13:59:59")).toMatchObject({ status: "True", message: expect.stringContaining("2026-01-01T12:00:00Z") });
  expect(of("14:00:00")).toMatchObject({ status: "False", reason: "BackupOutdated" });
});

test("a backup that failed is told at once, with its own sentence, and while it is outdated, too", () => {
  const found = currency({ newest: good, last: failed }, schedule, at("12:30:00"));
  expect(found).toMatchObject({ status: "False", reason: "BackupFailed" });
  expect(found.message).toContain("but the backup failed failed: There is no bucket backups");
  const later = currency({ newest: good, last: failed }, schedule, at("15:00:00"));
  expect(later).toMatchObject({ reason: "BackupOutdated", message: expect.stringContaining("There is no bucket") });
});

test("why the backup that is being made is not complete is told where none is young enough", () => {
  const running = backup("waiting", undefined, "Unknown", "There is no BackupLocation store: make it");
  const of = (facts: object, time: string) => currency({ running, ...facts }, schedule, at(time)).message;
  const why = "the backup waiting is not complete: There is no BackupLocation store: make it";
  expect(of({ newest: good, last: good }, "15:00:00")).toMatch(new RegExp(`every 1h: ${why}$`));
  expect(of({}, "01:00:00")).toBe(why.replace("the", "The"));
  expect(of({ newest: good, last: good }, "12:30:00")).not.toContain("waiting");
});

test("the first backup has its time, and none at all is outdated, too", () => {
  expect(currency({}, schedule, at("01:00:00"))).toMatchObject({ status: "Unknown", reason: "BackupInProgress" });
  expect(currency({}, schedule, at("02:00:00"))).toMatchObject({ status: "False", reason: "BackupOutdated" });
});
