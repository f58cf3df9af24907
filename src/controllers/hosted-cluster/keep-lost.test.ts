import { expect, test } from "vitest";
import type { Resource } from "../../kube/resource.ts";
import { keepLost } from "./keep-lost.ts";
import type { Pass } from "./pass.ts";

const now = new Date("2026-01-01T00:10:00Z");
const finalizers = ["hypershift.openshift.io/finalizer", "example.com/backup"];

interface Given {
  namespace?: Resource;
  plane?: Resource;
  record?: Resource;
  history?: object[];
  ownsNamespace?: boolean;
}

/** A pass over a cluster whose namespace and what is in it are as given; `patches` is what was written. */
function aPass({ namespace, plane, record, history, ownsNamespace = true }: Given) {
  const patches: unknown[] = [];
  const kube = {
    get: async ({ kind }: { kind: string }) => (kind === "Namespace" ? namespace : record),
    patch: async (_kind: unknown, _name: string, _namespace: string, patch: unknown) => patches.push(patch),
  };
  const cluster = { metadata: { name: "demo" }, status: { version: { history } } };
  const found = { presentNamespace: namespace, ownsNamespace, hostedControlPlane: plane };
  const pass = { ...found, cluster, kube, namespace: "clusters-demo", now: () => now };
  return { pass: pass as unknown as Pass, patches };
}
const goingSince = (deletionTimestamp: string): Resource => ({
  metadata: { name: "demo", deletionTimestamp, finalizers },
});
const completed = [{ state: "Completed" }];

test("nothing is kept from a control plane that is there, or that never was", async () => {
  expect(await keepLost(aPass({ plane: { metadata: { name: "demo" } } }).pass)).toBeUndefined();
  expect(await keepLost(aPass({}).pass)).toBeUndefined();
  expect(await keepLost(aPass({ history: [{ state: "Partial" }] }).pass)).toBeUndefined();
});

test("a HostedControlPlane whose operator went first is let go, by our finalizer only, and not before a minute", async () => {
  const namespace = goingSince("2026-01-01T00:00:00Z");
  const soon = aPass({ namespace, plane: goingSince("2026-01-01T00:09:30Z"), history: completed });
  expect(await keepLost(soon.pass)).toMatchObject({ reason: "Deleting" });
  expect(soon.patches).toEqual([]);
  const late = aPass({ namespace, plane: goingSince("2026-01-01T00:08:30Z"), history: completed });
  expect(await keepLost(late.pass)).toMatchObject({ reason: "Deleting" });
  expect(late.patches).toMatchObject([{ metadata: { finalizers: ["example.com/backup"] } }]);
});

test("a namespace that is gone is not made anew for a cluster that once ran", async () => {
  expect(await keepLost(aPass({ history: completed }).pass)).toMatchObject({
    reason: "ControlPlaneLost",
    message: expect.stringContaining("The namespace clusters-demo is gone, and with it the keys and the data"),
  });
});

test("a namespace that is restored has the record before a control plane is made in it again", async () => {
  const namespace = { metadata: { name: "clusters-demo" } };
  const inPart = aPass({ namespace, history: completed });
  expect(await keepLost(inPart.pass)).toMatchObject({
    reason: "ControlPlaneLost",
    message: expect.stringContaining("ConfigMap durable-record"),
  });
  const record = { metadata: { name: "durable-record" } };
  expect(await keepLost(aPass({ namespace, record, history: completed }).pass)).toBeUndefined();
});

test("nothing of a namespace that is another cluster's is asked for", async () => {
  const namespace = { metadata: { name: "clusters-demo" } };
  expect(await keepLost(aPass({ namespace, history: completed, ownsNamespace: false }).pass)).toBeUndefined();
});
