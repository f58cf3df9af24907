import { expect, test } from "vitest";
import type { Kind } from "../../kube/kind.ts";
import type { DeleteOptions, ReadOptions } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { runSteps } from "../run-steps.ts";
import { deletion } from "./delete-cluster.ts";
import type { Pass } from "./pass.ts";

const now = new Date("2026-01-01T00:10:00Z");
const deletionTimestamp = "2026-01-01T00:00:00Z";
const owner = { "hypershift.openshift.io/cluster": "clusters/demo" };
const remembered = { metadata: { name: "clusters-demo", uid: "ours", annotations: owner, deletionTimestamp } };
const plane = {
  metadata: { name: "demo", deletionTimestamp, finalizers: ["hypershift.openshift.io/finalizer"] },
  spec: {},
};
const component = { "hypershift.openshift.io/control-plane-component": "etcd" };

interface Given {
  /** The namespace as the server has it. */
  live?: Resource;
  refused?: string;
  /** Of Cluster API. */
  capi?: Resource;
  annotations?: Record<string, string>;
}

/** What one pass over a cluster that is being deleted does: deletions, and who was let go. */
async function aPass({ live = remembered, refused, capi, annotations }: Given) {
  const done: string[] = [];
  const inside: Record<string, Resource[]> = {
    Pod: [{ metadata: { name: "etcd-0", uid: "pod", labels: component } }],
    PersistentVolumeClaim: [{ metadata: { name: "data", uid: "claim" } }],
  };
  const kube = {
    get: async ({ kind }: Kind, _name: string, _namespace?: string, options?: ReadOptions) =>
      kind === "Cluster" ? capi : kind === "Namespace" && options?.live ? live : undefined,
    list: async ({ kind }: Kind) => inside[kind] ?? [],
    async delete({ kind }: Kind, name: string, _namespace?: string, { uid }: DeleteOptions = {}) {
      if (kind === refused) throw new Error(`${kind} is refused`);
      done.push(`delete ${kind} ${name} ${uid}`);
      return true;
    },
    async patch({ kind }: Kind) {
      done.push(`patch ${kind}`);
    },
  };
  const metadata = { name: "demo", namespace: "clusters", deletionTimestamp, annotations };
  const cluster = { metadata, spec: { infraID: "demo-abcde" } };
  const found = { presentNamespace: remembered, ownsNamespace: true, hostedControlPlane: plane };
  const pass = { ...found, cluster, kube, namespace: "clusters-demo", now: () => now } as unknown as Pass;
  const [result] = await Promise.allSettled([runSteps(pass, deletion)]);
  return { done: done.sort(), error: result.status === "rejected" ? (result.reason as Error).message : undefined };
}

test("a namespace that goes is emptied of the pods and claims that were seen in it", async () => {
  const { done, error } = await aPass({});
  expect(done).toEqual([
    "delete PersistentVolumeClaim data claim",
    "delete Pod etcd-0 pod",
    "patch HostedControlPlane",
  ]);
  expect(error).toBeUndefined();
});

test.each([
  ["is another one", { uid: "another" }],
  ["is not being deleted", { deletionTimestamp: undefined }],
  ["is another cluster's", { annotations: { "hypershift.openshift.io/cluster": "clusters-demo/x" } }],
])("nothing is taken out of a namespace that %s by now, whatever a late watch says", async (_, metadata) => {
  const { done } = await aPass({ live: { metadata: { ...remembered.metadata, ...metadata } } });
  expect(done).toEqual([]);
});

test.each(["Pod", "PersistentVolumeClaim"])(
  "a %s that may not be deleted is said, and holds up nothing else",
  async (refused) => {
    const { done, error } = await aPass({ refused });
    expect(done).toHaveLength(2);
    expect(done).toContain("patch HostedControlPlane");
    expect(error).toBe(`${refused} is refused`);
  },
);

test("a control plane that cleans up at a cloud is let go by its own operator alone, with Cluster API's Cluster, too", async () => {
  const capi = { metadata: { name: "demo-abcde", deletionTimestamp }, spec: {} };
  const annotations = { "hypershift.openshift.io/cleanup-cloud-resources": "true" };
  expect((await aPass({ capi })).done).toEqual(["patch HostedControlPlane"]);
  expect((await aPass({ capi, annotations })).done).toEqual([]);
});
