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

test("a machine that cannot leave says which pod keeps it, and what to do", () => {
  const going = machine("c", { ...good, Deleting: "True" });
  going.metadata = { name: "c", deletionTimestamp: "2026-01-01T00:00:00Z" };
  expect(machineFacts([going], 0).leaving).toBeUndefined();
  const [deleting] = going.status?.conditions?.filter(({ type }) => type === "Deleting") ?? [];
  if (deleting) {
    deleting.message =
      "Drain not completed yet (started at 2026-01-01T00:00:00Z):\n* Pod web/a: cannot evict pod as it would violate the pod's disruption budget. The disruption budget a needs 1 healthy pods";
  }
  const { leaving } = machineFacts([machine("a", good), going], 1);
  expect(leaving).toContain("Machine c is being deleted: Drain not completed yet");
  expect(leaving).toContain("* Pod web/a: cannot evict");
  expect(leaving).toContain("or end the wait with spec.nodeDrainTimeout");
});

test("the field that Cluster API waits for is not shown to people", () => {
  const message = "AgentMachine status.initialization.provisioned is false";
  const facts = machineFacts([machine("b", { InfrastructureReady: "False" }, message)], 1);
  expect(facts.allMachinesReady.message).toContain("Machine b: what it runs on is not ready yet");
});

test("a node that is not ready is named as it is in its cluster, with what Kubernetes says of it", () => {
  const silent = machine("b", { ...good, NodeReady: "Unknown" }, "* Node.Ready: Kubelet stopped posting node status.");
  const facts = machineFacts(
    [machine("a", good), { ...silent, status: { ...silent.status, nodeRef: { name: "host-2" } } }],
    2,
  );
  expect(facts.unready).toBe("host-2 is not: Kubelet stopped posting node status");
  expect(machineFacts([machine("a", good), machine("c", { NodeReady: "Unknown" })], 2).unready).toBeUndefined();
});
