import { expect, test } from "vitest";
import { due } from "./due.ts";

const hour = 3_600_000;

test("a backup is due at the same time whenever it is asked for, until the next one is", () => {
  const { last, next } = due("u-1", hour, new Date("2026-01-01T12:34:56.789Z"));
  expect(next.getTime() - last.getTime()).toBe(hour);
  expect(last.getTime()).toBeLessThanOrEqual(Date.parse("2026-01-01T12:34:56.789Z"));
  expect(due("u-1", hour, new Date(next.getTime() - 1_000)).last).toEqual(last);
  expect(due("u-1", hour, new Date(next.getTime() + 1_000)).last).toEqual(next);
});

test("schedules begin at different times", () => {
  const now = new Date("2026-01-01T12:00:00Z");
  const times = ["a", "b", "c", "d"].map((uid) => due(uid, hour, now).last.getTime());
  expect(new Set(times).size).toBe(4);
});
