import { expect, test } from "vitest";
import type { Machine } from "../../api/cluster-api.ts";
import { machineFacts } from "./machine-facts.ts";

function machine(name: string, conditions: Record<string, string>, message = ""): Machine {
  return {
    metadata: { name },
    spec: {
      clusterName: "c",
      version: "v1.34.4",
      bootstrap: {},
      infrastructureRef: { apiGroup: "", kind: "", name: "" },
    },
    status: {
      nodeInfo: { kubeletVersion: "v1.34.4" },
      conditions: Object.entries(conditions).map(([type, status]) => ({
        type,
        status: status as "True",
        reason: status === "True" ? "AsExpected" : "NotYet",
        message: status === "True" ? "" : message,
        lastTransitionTime: "",
      })),
    },
  };
}

const good = { InfrastructureReady: "True", NodeHealthy: "True", NodeReady: "True" };

test("a pool of good machines is well", () => {
  const facts = machineFacts([machine("a", good), machine("b", good)], 2);
  expect(facts.allMachinesReady.status).toBe("True");
  expect(facts.allNodesHealthy.status).toBe("True");
  expect(facts.readyNodes).toBe(2);
  expect(facts.nodeVersions).toEqual([
    { ocpVersion: "1.34.4", kubeletVersion: "v1.34.4", readyNodeCount: 2, unreadyNodeCount: 0 },
  ]);
});

test("a machine that is not ready is named, with its reason", () => {
  const bad = machine("b", { ...good, NodeHealthy: "False", NodeReady: "False" }, "Waiting for a Node");
  const facts = machineFacts([machine("a", good), bad], 2);
  expect(facts.allNodesHealthy).toMatchObject({ status: "False", reason: "NotYet" });
  expect(facts.allNodesHealthy.message).toBe("1 of 2 nodes is not ready\nMachine b: Waiting for a Node");
  expect(facts.nodeVersions[0]).toMatchObject({ readyNodeCount: 1, unreadyNodeCount: 1 });
});

test("an empty pool is well where nothing is wanted", () => {
  expect(machineFacts([], 0).allMachinesReady.status).toBe("True");
  expect(machineFacts([], 1).allMachinesReady).toMatchObject({ status: "False", reason: "NotFound" });
});
