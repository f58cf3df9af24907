import { expect, test } from "vitest";
import type { Kind } from "../../../kube/kind.ts";
import type { DeleteOptions } from "../../../kube/kube.ts";
import type { Pass } from "../pass.ts";
import { endPods } from "./end-pods.ts";

const of = (component: string) => ({ "hypershift.openshift.io/control-plane-component": component });
const workload = (component: string, replicas: number) => ({
  metadata: { name: component, labels: of(component) },
  spec: { replicas },
});
const pod = (component: string, deletionTimestamp?: string) => ({
  metadata: { name: `${component}-0`, uid: `uid-${component}`, labels: of(component), deletionTimestamp },
});

/** What is deleted in a control plane with these objects, by kind. */
async function ended(mode: string | undefined, objects: Record<string, object[]>) {
  const asked: [string, string, DeleteOptions | undefined][] = [];
  const kube = {
    list: async ({ kind }: Kind) => objects[kind] ?? [],
    delete: async ({ kind }: Kind, name: string, _namespace: string, options?: DeleteOptions) => {
      asked.push([kind, name, options]);
      return true;
    },
  };
  const annotations = mode && { "recovery.roost.dev/wanted": JSON.stringify({ id: "r1", mode }) };
  await endPods({ hcp: { metadata: { annotations } }, kube, namespace: "clusters-demo" } as unknown as Pass);
  return asked;
}

const running = {
  Deployment: [workload("kube-apiserver", 1), workload("kube-scheduler", 0)],
  ReplicaSet: [workload("kube-apiserver", 1), workload("kube-apiserver", 0)],
  StatefulSet: [workload("etcd", 1)],
  Pod: [pod("kube-apiserver"), pod("etcd"), pod("somebody-else")],
};

test("what a recovery stops ends within a second, by nobody else's hand, and etcd as it always does", async () => {
  expect(await ended("Stopped", running)).toEqual([
    ["Deployment", "kube-apiserver", { propagation: "Orphan" }],
    ["ReplicaSet", "kube-apiserver", { propagation: "Orphan" }],
    ["Pod", "kube-apiserver-0", { uid: "uid-kube-apiserver", gracePeriodSeconds: 1 }],
  ]);
});

test("nothing is ended where nothing is to stop, or all ends already", async () => {
  expect(await ended(undefined, running)).toEqual([]);
  expect(await ended("Running", running)).toEqual([]);
  const ending = { ...running, Pod: [pod("kube-apiserver", "2026-01-01T00:00:00Z"), pod("etcd")] };
  expect(await ended("EtcdOnly", ending)).toEqual([]);
});
