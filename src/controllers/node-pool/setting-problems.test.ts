import { expect, test } from "vitest";
import type { NodePool } from "../../api/node-pool.ts";
import { settingProblems } from "./setting-problems.ts";

const problems = (spec: object) => settingProblems({ spec } as NodePool);

test("what Kubernetes takes is fine", () => {
  const taints = [
    { key: "dedicated", value: "web", effect: "NoSchedule" },
    { key: "a/b", effect: "NoExecute" },
  ];
  const nodeLabels = { tier: "web", "example.com/Tier_1": "", [`${"a".repeat(60)}.example.com/b`]: "x" };
  expect(problems({ nodeLabels, taints, nodeDrainTimeout: "1h30m", nodeVolumeDetachTimeout: "0" })).toEqual([]);
  expect(problems({ nodeDrainTimeout: "" })).toEqual([]);
});

test.each([
  [{ nodeLabels: { "bad key!": "x" } }, '"bad key!" is no name of a label: correct spec.nodeLabels'],
  [{ nodeLabels: { "a/b/c": "x" } }, '"a/b/c" is no name of a label'],
  [{ nodeLabels: { tier: "a b" } }, '"a b" is no value of a label (tier)'],
  [{ taints: [{ key: "a b", effect: "NoSchedule" }] }, '"a b=" is no taint: correct spec.taints'],
  [{ nodeDrainTimeout: "soon" }, 'spec.nodeDrainTimeout "soon" is no duration'],
  [{ nodeVolumeDetachTimeout: "-5m" }, 'spec.nodeVolumeDetachTimeout "-5m" is no duration'],
])("%j is named with the field to correct", (spec, problem) => {
  expect(problems(spec)[0]).toContain(problem);
});
