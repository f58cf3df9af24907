import { expect, test } from "vitest";
import type { Resource } from "../../kube/resource.ts";
import { recorded } from "../backup/recorded.ts";
import { heldObjects } from "./held-objects.ts";

const deletionTimestamp = "2026-01-01T00:00:00Z";
const object = (kind: string, metadata: object = {}, more: object = {}) =>
  recorded({ apiVersion: "v1", kind, metadata: { name: "demo", ...metadata }, ...more } as Resource);
const held = (...objects: ReturnType<typeof object>[]) => heldObjects(objects, { madeBy: "r1" });

test("a cluster is made again so that nobody acts on it, and awake where it was paused", () => {
  const [cluster, plane, pool, capi] = held(
    object("HostedCluster", { annotations: { a: "b" } }, { spec: { pausedUntil: "true", infraID: "i" } }),
    object("HostedControlPlane", {}, { spec: { pausedUntil: "true", infraID: "i" } }),
    object("NodePool", {}, { spec: { pausedUntil: "true" } }),
    object("Cluster", {}, { spec: { paused: false } }),
  ).map((each) => each.object);
  expect(cluster).toMatchObject({
    metadata: { annotations: { a: "b", "recovery.roost.dev/held": "everything" } },
    spec: { infraID: "i" },
  });
  expect(cluster).not.toHaveProperty("spec.pausedUntil");
  expect(plane?.metadata?.annotations).toEqual({
    "recovery.roost.dev/wanted": JSON.stringify({ id: "r1", mode: "Stopped" }),
  });
  expect(plane).not.toHaveProperty("spec.pausedUntil");
  expect(pool).toHaveProperty("spec.pausedUntil", "true");
  expect(capi).toHaveProperty("spec.paused", true);
});

test("orders to members of etcd are not given again: they speak of volumes that are gone", () => {
  const orders = object("ConfigMap", { name: "etcd-members" }, { data: { "etcd-0": "new etcd-0=https://etcd-0" } });
  expect(held(orders, object("ConfigMap"), object("Secret", { name: "etcd-members" }))).toHaveLength(2);
});

test("a machine that was to go is to go again, and what only waited for its end is not made", () => {
  const finalizers = ["machine.cluster.x-k8s.io"];
  const machine = object("Machine", { deletionTimestamp, finalizers });
  const bare = object("Machine", { deletionTimestamp });
  const secret = object("Secret", { deletionTimestamp, finalizers });
  const agent = object("Agent", { deletionTimestamp });
  expect(held(machine, bare, secret, agent).map(({ facts }) => [facts.kind, facts.deleting])).toEqual([
    ["Machine", true],
    ["Agent", undefined],
  ]);
});
