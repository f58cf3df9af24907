import { expect, test } from "vitest";
import { conformanceRows } from "./conformance-rows.ts";

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
  expect(conformanceRows(reports)).toEqual([
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
  expect(conformanceRows([{ SpecReports: [begin] }])).toEqual([
    { fault: "SynchronizedBeforeSuite", failure: "failed: no nodes" },
  ]);
});
