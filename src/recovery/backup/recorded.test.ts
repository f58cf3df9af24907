import { expect, test } from "vitest";
import { recorded } from "./recorded.ts";

test("an object's identity becomes facts, and all that it says stays", () => {
  const owner = { apiVersion: "v1", kind: "HostedControlPlane", name: "demo", uid: "u-2" };
  const found = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "root-ca",
      namespace: "clusters-demo",
      uid: "u-1",
      resourceVersion: "17",
      generation: 3,
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { a: "b" },
      annotations: { c: "d" },
      finalizers: ["e/f"],
      ownerReferences: [owner],
      managedFields: [{ manager: "test" }],
    },
    data: { "ca.crt": "eA==" },
    status: { phase: "Active" },
  };
  const { object, facts } = recorded(found);
  expect(object).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "root-ca",
      namespace: "clusters-demo",
      labels: { a: "b" },
      annotations: { c: "d" },
      finalizers: ["e/f"],
      managedFields: [{ manager: "test" }],
    },
    data: { "ca.crt": "eA==" },
    status: { phase: "Active" },
  });
  expect(facts).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    namespace: "clusters-demo",
    name: "root-ca",
    uid: "u-1",
    resourceVersion: "17",
    owners: [owner],
  });
  const going = { ...found, metadata: { ...found.metadata, deletionTimestamp: "2026-01-02T00:00:00Z" } };
  expect(recorded(going).facts.deleting).toBe(true);
  expect(recorded(going).object.metadata).not.toHaveProperty("deletionTimestamp");
});
