import { expect, test } from "vitest";
import { lookSeconds } from "./look-seconds.ts";

test("the agents of few nodes look often, and those of many nodes seldom", () => {
  const counts = [0, 1, 20, 21, 100, 101, 500];
  expect(counts.map((nodes) => lookSeconds(nodes))).toEqual([2, 2, 2, 5, 5, 10, 10]);
});

test("no number of nodes makes more looks a second than there may be", () => {
  for (let nodes = 0; nodes <= 500; nodes++) expect(nodes / lookSeconds(nodes)).toBeLessThanOrEqual(50);
});

test("agents do not start anew each time that nodes come and go around a step", () => {
  expect(lookSeconds(21, 2)).toBe(5);
  for (const nodes of [20, 21, 11]) expect(lookSeconds(nodes, 5)).toBe(5);
  expect(lookSeconds(10, 5)).toBe(2);
  expect(lookSeconds(51, 10)).toBe(10);
  expect(lookSeconds(50, 10)).toBe(5);
});

test("what somebody else wrote is not kept", () => {
  expect(lookSeconds(15, 3)).toBe(2);
  expect(lookSeconds(500, 2)).toBe(10);
});
