import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { conformanceRows, conformanceSpecs } from "./conformance-rows.ts";

const spec = (group: string, leaf: string, state: string, message?: string) => ({
  ContainerHierarchyTexts: [`[${group}] Things`],
  LeafNodeText: leaf,
  LeafNodeType: "It",
  State: state,
  ...(message !== undefined && { Failure: { Message: message } }),
});

test("specs that passed are counted by group, and each that did not has a row with its reason", () => {
  const reports = [
    {
      SpecReports: [
        { ContainerHierarchyTexts: null, LeafNodeText: "", LeafNodeType: "SynchronizedBeforeSuite", State: "passed" },
        spec("sig-node", "runs", "passed"),
        spec("sig-apps", "scales", "passed"),
        spec("sig-apps", "rolls", "passed"),
        spec("sig-apps", "is not wanted", "skipped"),
        spec("sig-apps", "is not finished", "pending"),
        spec("sig-apps", "breaks", "failed", "\n  no pod came\nat line 1"),
      ],
    },
    { SpecReports: null },
  ];
  expect(conformanceRows({ reports, ended: 1 }, 4)).toEqual([
    { fault: "sig-apps: 2 specs" },
    { fault: "sig-node: 1 spec" },
    { fault: "[sig-apps] Things breaks", failure: "failed: no pod came" },
  ]);
});

test("a suite that could not begin is a row that failed", () => {
  const begin = {
    ContainerHierarchyTexts: null,
    LeafNodeText: "",
    LeafNodeType: "SynchronizedBeforeSuite",
    State: "failed",
    Failure: { Message: "no nodes" },
  };
  expect(conformanceRows({ reports: [{ SpecReports: [begin] }], ended: 1 }, 4)).toEqual([
    { fault: "SynchronizedBeforeSuite", failure: "failed: no nodes" },
    { fault: "all 4 specs", failure: "only 0 of 4 were run" },
  ]);
});

test("specs that were not run, left out or skipped by themselves, are no success", () => {
  const reports = [
    { SuiteSucceeded: true, SpecReports: [spec("sig-apps", "scales", "passed"), spec("sig-apps", "rolls", "skipped")] },
  ];
  expect(conformanceRows({ reports, ended: 0 }, 2)).toEqual([
    { fault: "sig-apps: 1 spec" },
    { fault: "all 2 specs", failure: "only 1 of 2 were run" },
  ]);
  expect(conformanceRows({ reports, ended: 0 }, 1)).toEqual([{ fault: "sig-apps: 1 spec" }]);
});

test("a suite that failed though none of its specs did is no success", () => {
  const SpecReports = [spec("sig-apps", "scales", "passed")];
  const reasons = ["Detected Programmatic Focus", "Suite Timeout Elapsed"];
  const failed = { SuiteSucceeded: false, SpecialSuiteFailureReasons: reasons, SpecReports };
  expect(conformanceRows({ reports: [failed], ended: 0 }, 1)).toEqual([
    { fault: "sig-apps: 1 spec" },
    {
      fault: "the suite",
      failure: "it failed though no spec did (ginkgo ended with 0): Detected Programmatic Focus, Suite Timeout Elapsed",
    },
  ]);
  for (const ended of [2, "SIGKILL"]) {
    expect(conformanceRows({ reports: [{ SuiteSucceeded: true, SpecReports }], ended }, 1)).toEqual([
      { fault: "sig-apps: 1 spec" },
      { fault: "the suite", failure: `it failed though no spec did (ginkgo ended with ${ended})` },
    ]);
  }
});

test("the documentation says how many specs there are", async () => {
  const page = await readFile(join(import.meta.dirname, "..", "docs", "conformance.md"), "utf8");
  expect(page).toContain(`all ${conformanceSpecs} specs are run`);
});
