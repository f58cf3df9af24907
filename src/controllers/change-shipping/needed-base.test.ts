import { expect, test } from "vitest";
import type { Backup } from "../../api/backup.ts";
import { neededBase, nextTry } from "./needed-base.ts";

const at = "2026-01-01T00:40:00Z";
const backup = (name: string, revision: number, status: "True" | "False" = "True"): Backup => ({
  metadata: { name },
  spec: { clusterName: "demo", locationName: "store" },
  status: {
    ...(status === "True" && { completedAt: at, revision, history: "u" }),
    conditions: [{ type: "Succeeded", status, reason: "", message: "", lastTransitionTime: at }],
  },
});
const changes = (revision: number) => ({ history: "u", run: "20260101T003000000Z", first: 100, revision });

test("a backup is needed where changes follow upon none, and where there are very many since the newest", () => {
  expect(neededBase(changes(200), [])).toBe("from-20260101t003000000z");
  expect(neededBase(changes(200), [backup("b", 150)])).toBeUndefined();
  expect(neededBase(changes(1_000_150), [backup("b", 150)])).toBeUndefined();
  expect(neededBase(changes(1_000_151), [backup("b", 150)])).toBe("after-150");
  expect(neededBase(changes(1_000_151), [backup("b", 150), backup("c", 160)])).toBeUndefined();
});

test("a backup that failed is made again, under another name and after growing pauses", () => {
  const later = (minutes: number) => new Date(Date.parse(at) + minutes * 60_000);
  const failed = backup("base", 0, "False");
  const again = backup("base-5", 0, "False");
  expect(nextTry("base", [backup("base-other", 1)], later(0))).toEqual({ name: "base" });
  expect(nextTry("base", [failed], later(0.5))).toEqual({ failed });
  expect(nextTry("base", [failed], later(1))).toEqual({ name: "base-2", failed });
  expect(nextTry("base", [again, failed], later(15))).toEqual({ failed: again });
  expect(nextTry("base", [again], later(16))).toEqual({ name: "base-6", failed: again });
  expect(nextTry("base", [backup("base", 1)], later(99))).toEqual({});
});
