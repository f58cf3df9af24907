import { expect, test } from "vitest";
import type { Backup } from "../../api/backup.ts";
import { outlived } from "./outlived.ts";

const now = new Date("2026-01-31T00:00:00Z");
const day = 86_400_000;
const backup = (name: string, daysAgo: number, conditions: Record<string, string> = { Succeeded: "True" }): Backup => {
  const time = new Date(now.getTime() - daysAgo * day).toISOString();
  return {
    metadata: { name, creationTimestamp: time },
    spec: { clusterName: "demo", locationName: "store" },
    status: {
      ...(conditions.Succeeded === "True" && { completedAt: time }),
      conditions: Object.entries(conditions).map(([type, status]) => ({ type, status })) as never,
    },
  };
};
const found = { of: "a", time: now.toISOString(), opened: false, problems: ["snapshot.db was changed"] };
const names = (backups: Backup[]) => backups.map(({ metadata }) => metadata?.name);

test("the newest good ones are kept, as many as the schedule says", () => {
  const backups = [backup("c", 3), backup("a", 1), backup("d", 4), backup("b", 2)];
  expect(names(outlived(backups, { keep: 2 }, now))).toEqual(["c", "d"]);
  expect(names(outlived(backups, {}, now))).toEqual([]);
});

test("those that are too old go, but never the last good one", () => {
  const backups = [backup("a", 31), backup("b", 32)];
  expect(names(outlived(backups, { keepForMs: 30 * day }, now))).toEqual(["b"]);
  expect(names(outlived([backup("a", 31)], { keep: 1, keepForMs: 30 * day }, now))).toEqual([]);
});

test("failed and damaged ones do not count as good, and do not push a good one out", () => {
  const failed = backup("failed", 1, { Succeeded: "False" });
  const damaged = backup("damaged", 2, { Succeeded: "True", Verified: "False" });
  damaged.status = { ...damaged.status, verification: found };
  const running = backup("running", 0, { Succeeded: "Unknown" });
  const good = backup("good", 40);
  const all = [failed, damaged, running, good];
  expect(names(outlived(all, { keep: 1, keepForMs: 30 * day }, now))).toEqual([]);
  const newer = backup("newer", 0.5);
  expect(names(outlived([...all, newer], { keep: 1 }, now))).toEqual(["failed", "damaged", "good"]);
});

test("a damaged one is not good again because it is being read once more, or cannot be read", () => {
  const damaged = backup("damaged", 1, { Succeeded: "True", Verified: "Unknown" });
  damaged.status = { ...damaged.status, verification: found };
  const good = backup("good", 2);
  expect(names(outlived([damaged, good], { keep: 1 }, now))).toEqual([]);
});

test("of failed ones the newest few are kept, however young they are, and whether or not there is a good one", () => {
  const failed = [1, 2, 3, 4, 5].map((hours) => backup(`failed-${hours}`, hours / 24, { Succeeded: "False" }));
  expect(names(outlived(failed, {}, now))).toEqual(["failed-4", "failed-5"]);
  expect(names(outlived([...failed, backup("good", 1)], { keep: 1 }, now))).toEqual(["failed-4", "failed-5"]);
});

test("where there is no good one nothing goes, and one that is going is left to go", () => {
  const failed = backup("failed", 60, { Succeeded: "False" });
  expect(names(outlived([failed], { keep: 1, keepForMs: day }, now))).toEqual([]);
  const going = backup("going", 5);
  going.metadata = { ...going.metadata, deletionTimestamp: now.toISOString() };
  const left = backup("left", 6);
  expect(names(outlived([going, left], { keep: 1 }, now))).toEqual([]);
});
