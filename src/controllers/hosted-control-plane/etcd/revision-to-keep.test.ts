import { expect, test } from "vitest";
import { revisionToKeep } from "./revision-to-keep.ts";

const now = new Date("2026-11-21T12:00:00Z");
const kept = (highest: number, minutesAgo: number) => ({
  highest,
  at: new Date(now.getTime() - minutesAgo * 60_000).toISOString(),
});

test.each([
  ["the first that is seen", { seen: 7, paused: false }, 7],
  ["nothing before etcd was seen", { paused: false }, undefined],
  ["a higher one, once what is there is old", { kept: kept(7, 5), seen: 9, paused: false }, 9],
  ["nothing while what is there is recent", { kept: kept(7, 4), seen: 9, paused: false }, undefined],
  ["nothing where etcd has not gone on", { kept: kept(7, 60), seen: 7, paused: false }, undefined],
  ["nothing where etcd is below what is there", { kept: kept(7, 60), seen: 3, paused: false }, undefined],
  ["that nothing is known, while somebody may put etcd back", { kept: kept(7, 1), seen: 9, paused: true }, 0],
  ["that once", { kept: kept(0, 1), seen: 9, paused: true }, undefined],
  ["what is seen after that", { kept: kept(0, 1), seen: 3, paused: false }, 3],
])("puts on record %s", (_, facts, expected) => {
  expect(revisionToKeep({ ...facts, now })).toBe(expected);
});

test("puts the last one on record when the process ends, however recent what is there is", () => {
  expect(revisionToKeep({ kept: kept(7, 1), seen: 9, paused: false, now }, 0)).toBe(9);
});
