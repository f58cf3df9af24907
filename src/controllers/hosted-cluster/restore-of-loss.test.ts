import { expect, test } from "vitest";
import type { LossFacts } from "./loss-facts.ts";
import { restoreOfLoss } from "./restore-of-loss.ts";

const backup = (name: string) => ({ metadata: { name }, spec: { clusterName: "demo", locationName: "l" }, status: {} });
const restore = { metadata: { name: "r" }, spec: { clusterName: "demo", from: { backupName: "new" } } };
const since = "2026-01-02T03:04:05Z";
const facts = (changes: Partial<LossFacts> = {}, value = "true", asked?: string): LossFacts => ({
  cluster: {
    metadata: {
      name: "demo",
      namespace: "clusters",
      annotations: {
        "recovery.roost.dev/restore-when-lost": value,
        ...(asked && { "recovery.roost.dev/restore-asked": asked }),
      },
    },
  } as unknown as LossFacts["cluster"],
  isLost: true,
  isThere: false,
  since,
  backups: [backup("new"), backup("old")],
  underWay: [],
  tried: [],
  ...changes,
});

test("where the HostedCluster says so, the newest good backup is restored, under a name that tells of this loss", () => {
  expect(restoreOfLoss(facts())).toMatchObject({
    metadata: { name: "demo-lost-20260102030405", namespace: "clusters" },
    spec: { clusterName: "demo", from: { backupName: "new" } },
  });
});

test.each<[string, LossFacts]>([
  ["the HostedCluster does not say so", facts({}, "false")],
  ["something is left now", facts({ isLost: false })],
  ["the loss is not on record yet", facts({ since: undefined })],
  ["there is no good backup", facts({ backups: [] })],
  ["a restore goes on", facts({ underWay: [restore] })],
  ["one was tried since", facts({ tried: [restore] })],
  ["one was asked for and somebody has deleted it", facts({}, "true", since)],
])("nothing is restored where %s", (_, found) => {
  expect(restoreOfLoss(found)).toBeUndefined();
});

test("what was asked for at an earlier loss says nothing about this one", () => {
  expect(restoreOfLoss(facts({}, "true", "2025-01-02T03:04:05Z"))).toBeDefined();
});
