import { expect, test } from "vitest";
import type { Node } from "../kube/kinds.ts";
import { nodeFacts } from "./node-facts.ts";

const long = "x".repeat(1 << 20);

test("of a Node what the loops ask for is kept", () => {
  const node: Node = {
    metadata: {
      name: "a",
      uid: "u",
      resourceVersion: "7",
      annotations: { "cluster.x-k8s.io/machine": "demo-1", other: "o" },
      labels: { team: "red" },
    },
    status: {
      addresses: [{ type: "InternalIP", address: "192.0.2.1" }],
      conditions: [
        { type: "MemoryPressure", status: "False" },
        { type: "Ready", status: "True" },
      ],
    },
  };
  expect(nodeFacts(node)).toEqual({
    metadata: {
      name: "a",
      uid: "u",
      resourceVersion: "7",
      annotations: { "cluster.x-k8s.io/machine": "demo-1" },
    },
    status: {
      addresses: [{ type: "InternalIP", address: "192.0.2.1" }],
      conditions: [{ type: "Ready", status: "True" }],
    },
  });
});

test("however much an administrator writes into a Node, little of it is held", () => {
  const address = { type: "InternalIP", address: long };
  const node: Node = {
    metadata: { name: "a", annotations: { "cluster.x-k8s.io/machine": long, other: long }, labels: { a: long } },
    spec: { providerID: long },
    status: {
      addresses: Array.from({ length: 1000 }, () => address),
      conditions: Array.from({ length: 1000 }, () => ({ type: "Ready", status: "True", message: long })),
    },
  };
  expect(JSON.stringify(nodeFacts(node)).length).toBeLessThan(10_000);
});

test("a Node of which only the name is left is read too", () => {
  expect(nodeFacts({ metadata: { name: "a" } }).metadata?.name).toBe("a");
});
