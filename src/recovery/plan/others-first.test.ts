import { expect, test } from "vitest";
import type { Restore } from "../../api/index.ts";
import { othersFirst } from "./others-first.ts";

const restore = (name: string | undefined, changes: Partial<Restore["metadata"]> = {}, status: object = {}): Restore =>
  ({
    metadata: { ...(name && { name, creationTimestamp: "2026-01-01T00:00:01Z" }), ...changes },
    spec: { clusterName: "demo", from: { backupName: "b" } },
    status,
  }) as Restore;
const begun = { operations: [] };
const earlier = { creationTimestamp: "2026-01-01T00:00:00Z" };

test.each([
  ["one that was asked for earlier and has not begun", restore("z", earlier), true],
  [
    "one that was asked for later and has not begun",
    restore("a", { creationTimestamp: "2026-01-01T00:00:02Z" }),
    false,
  ],
  [
    "one that was asked for later and has begun",
    restore("z", { creationTimestamp: "2026-01-01T00:00:02Z" }, begun),
    true,
  ],
  ["one of the same second whose name comes first", restore("a"), true],
  ["one of the same second whose name comes last", restore("z"), false],
  ["one that is over", restore("z", earlier, { ...begun, completedAt: "x" }), false],
  ["one that was refused", restore("z", earlier, { completedAt: "x" }), false],
  ["one that goes and never began", restore("z", { ...earlier, deletionTimestamp: "x" }), false],
  ["one that goes and takes back what it did", restore("z", { ...earlier, deletionTimestamp: "x" }, begun), true],
  ["one of another cluster", { ...restore("z", earlier), spec: { clusterName: "other", from: {} } }, false],
])("beside %s a restore does not begin: %s", (_, other, isFirst) => {
  const asked = restore("m");
  expect(othersFirst(asked, [asked, other])).toEqual(isFirst ? [other] : []);
});

test("of two that have not begun one begins, and one that is only to be made comes after both", () => {
  const [a, b] = [restore("a"), restore("b")];
  expect([a, b].filter((each) => othersFirst(each, [a, b]).length === 0)).toEqual([a]);
  expect(othersFirst(restore(undefined), [a, b])).toEqual([a, b]);
});
