import { expect, test } from "vitest";
import type { Resource } from "../../kube/resource.ts";
import { recorded } from "../backup/recorded.ts";
import { remade } from "./remade.ts";

const facts = { uids: new Map([["old-machine", "new-machine"]]), madeBy: "r1" };
const owner = {
  apiVersion: "cluster.x-k8s.io/v1beta2",
  kind: "Machine",
  name: "m",
  uid: "old-machine",
  controller: true,
};
const recordedMachine = (changes: object = {}, more: object = {}) =>
  recorded({
    apiVersion: "capi-provider.agent-install.openshift.io/v1beta1",
    kind: "AgentMachine",
    metadata: {
      name: "m",
      namespace: "clusters-demo",
      uid: "old",
      resourceVersion: "7",
      annotations: { a: "b" },
      finalizers: ["agentmachine/deprovision"],
      ownerReferences: [owner],
      ...changes,
    },
    ...more,
  } as Resource);

test("an object is made again under its new owner, with a mark of who made it and without finalizers", () => {
  expect(remade(recordedMachine(), facts).object.metadata).toEqual({
    name: "m",
    namespace: "clusters-demo",
    annotations: { a: "b", "recovery.roost.dev/made-by": "r1" },
    ownerReferences: [{ ...owner, uid: "new-machine" }],
  });
});

test("an owner that is not there again is left out: with it the garbage collector would take the object away", () => {
  const gone = { ...owner, uid: "of-an-infra-env" };
  const { metadata } = remade(recordedMachine({ ownerReferences: [gone] }), facts).object;
  expect(metadata).not.toHaveProperty("ownerReferences");
});

test("a uid is the new one wherever a text is a uid, and nowhere else", () => {
  const spec = { taker: "old-machine", list: [{ uid: "old-machine" }], text: "of old-machine", other: "u" };
  const { object } = remade(recordedMachine({}, { spec }), facts);
  expect(object).toMatchObject({
    spec: { taker: "new-machine", list: [{ uid: "new-machine" }], text: "of old-machine", other: "u" },
  });
});

test("who wrote which field is known again, under the new uid of owners, but not of the status", () => {
  const fields = (uid: string) => ({ "f:metadata": { "f:ownerReferences": { [`k:{"uid":"${uid}"}`]: {} } } });
  const entry = { manager: "node-pool", operation: "Apply", fieldsType: "FieldsV1" };
  const managedFields = [
    { ...entry, fieldsV1: fields("old-machine") },
    { ...entry, subresource: "status" },
  ];
  const found = remade(recordedMachine({ managedFields }), facts);
  expect(found.managedFields).toEqual([{ ...entry, fieldsV1: fields("new-machine") }]);
  expect(found.object.metadata).not.toHaveProperty("managedFields");
});

test("what no controller finds again is put back, and what was healthy or asked of another is not", () => {
  const status = {
    initialization: { provisioned: true },
    agentRef: { name: "host" },
    conditions: [{ type: "Ready" }],
    recovery: { id: "r0" },
  };
  const found = remade(recordedMachine({}, { status }), facts);
  expect(found.status).toEqual({ initialization: { provisioned: true }, agentRef: { name: "host" } });
  expect(found.object).not.toHaveProperty("status");
  expect(remade(recordedMachine({}, { status: { conditions: [] } }), facts).status).toBeUndefined();
});

test("how a namespace is in one management cluster says nothing of another one", () => {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" }, status: { phase: "Terminating" } };
  expect(remade(recorded(namespace as Resource), facts)).not.toHaveProperty("status");
});

test("what was being deleted keeps what holds it, so that it can go on to be deleted", () => {
  const going = recordedMachine({ deletionTimestamp: "2026-01-01T00:00:00Z" });
  expect(remade(going, facts).object.metadata?.finalizers).toEqual(["agentmachine/deprovision"]);
});
