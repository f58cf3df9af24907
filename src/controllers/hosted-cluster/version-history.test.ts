import { expect, test } from "vitest";
import { isRolledOut, versionStatus } from "./version-history.ts";

const old = { image: "release:1", version: "1.33.13" };
const next = { image: "release:2", version: "1.34.4" };
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

test("a new cluster works towards its first release, and has it once that is rolled out", () => {
  const started = versionStatus(undefined, old, false, 1, at(0));
  expect(started).toMatchObject({ desired: old, history: [{ state: "Partial", startedTime: "2026-01-01T00:00:00Z" }] });
  const done = versionStatus(started, old, true, 1, at(5));
  expect(done.history).toMatchObject([{ state: "Completed", completionTime: "2026-01-01T00:05:00Z" }]);
  expect(versionStatus(done, old, true, 1, at(9))).toEqual(done);
});

test("an update is put before what was there", () => {
  const done = versionStatus(versionStatus(undefined, old, false, 1, at(0)), old, true, 1, at(5));
  const updating = versionStatus(done, next, false, 2, at(10));
  expect(updating.history).toMatchObject([
    { state: "Partial", version: "1.34.4" },
    { state: "Completed", version: "1.33.13", completionTime: "2026-01-01T00:05:00Z" },
  ]);
  expect(updating).toMatchObject({ desired: next, observedGeneration: 2 });
});

test("a release that was complete does not become partial again", () => {
  const done = versionStatus(versionStatus(undefined, old, false, 1, at(0)), old, true, 1, at(5));
  expect(versionStatus(done, old, false, 1, at(6)).history?.[0]?.state).toBe("Completed");
});

test("a release that is gone back to is rolled out only once it is so again", () => {
  const completed = { ...old, state: "Completed", startedTime: "", completionTime: "", verified: false };
  const other = { ...completed, ...next };
  expect(isRolledOut([completed, other, completed], old.image)).toBe(true);
  expect(isRolledOut([other, completed], old.image)).toBe(false);
  expect(isRolledOut([{ ...completed, state: "Partial" }, other, completed], old.image)).toBe(false);
  expect(isRolledOut(undefined, old.image)).toBe(false);
});
