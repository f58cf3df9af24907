import { expect, test } from "vitest";
import { aRelease, aSpec } from "../../testing/control-planes.ts";
import { type Pass, planeOf } from "./pass.ts";

function nodesOf(counts: { nodeCount?: number; reportingNodeCount?: number }): number {
  const status = { ready: true, ...counts };
  const hcp = { metadata: { name: "demo", namespace: "clusters-demo" }, spec: aSpec(), status };
  return planeOf({ hcp, namespace: "clusters-demo", release: aRelease, endpoints: {}, contents: {} } as unknown as Pass)
    .nodes;
}

test("an API server does not wait for agents of nodes that have stopped reporting", () => {
  expect(nodesOf({ nodeCount: 2, reportingNodeCount: 1 })).toBe(1);
  expect(nodesOf({ nodeCount: 2, reportingNodeCount: 0 })).toBe(0);
});

test("nodes count where nobody has said yet which of them report", () => {
  expect(nodesOf({ nodeCount: 2 })).toBe(2);
  expect(nodesOf({})).toBe(0);
});
