import { expect, test } from "vitest";
import { longTable } from "./long-table.ts";
import { Probe } from "./probe.ts";

const lost = new Error("connection lost\nat length");
function probe(...requests: [began: number, ended: number, error?: Error][]): Probe {
  const one = new Probe("a pod's log", async () => {});
  for (const request of requests) one.note(...request);
  return one;
}

test("requests that failed and went on to be answered are an outage that has healed", () => {
  const one = probe(
    [0, 100],
    [600, 1_000, lost],
    [1_500, 2_000, lost],
    [2_500, 2_600],
    [3_100, 3_200, lost],
    [3_700, 3_800],
  );
  const observed = one.observed("in a storm");
  expect(observed).toEqual({
    fault: "a pod's log, in a storm",
    outageMs: 2_000,
    healedInMs: 2_000,
    failure: "3 of 6 failed",
  });
  expect(longTable([observed])).toContain("| a pod's log, in a storm | 2.0 s | 2.0 s | 3 of 6 failed |");
  expect(one.failures[0]).toMatch(/Z connection lost$/);
});

test("requests that failed to the end have never healed, and those that did not fail have nothing to heal", () => {
  const dead = probe([0, 100], [600, 1_000, lost], [1_500, 2_000, lost]).observed("in a storm");
  expect(dead).toMatchObject({ outageMs: 1_400 });
  expect(dead.healedInMs).toBeUndefined();
  expect(probe([0, 100]).observed("in a calm")).toEqual({ fault: "a pod's log, in a calm" });
});
