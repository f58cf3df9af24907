import { expect, test } from "vitest";
import type { Deployment, StatefulSet } from "../../kube/kinds.ts";
import { nextToRestart } from "./next-to-restart.ts";
import type { Outdated } from "./outdated-workloads.ts";

type Workload = Deployment | StatefulSet;

const whole = { observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3 };
const workload = (name: string, status: object = {}, replicas = 3) =>
  ({
    kind: name === "etcd" ? "StatefulSet" : "Deployment",
    metadata: { name, generation: 1 },
    spec: { replicas },
    status: { ...whole, ...status },
  }) as Workload;
const next = (names: string[], workloads: Workload[]) => {
  const due = names.flatMap((name) => workloads.filter(({ metadata }) => metadata?.name === name));
  const since = new Date();
  return nextToRestart(
    due.map((each): Outdated => ({ workload: each, since, hash: "" })),
    workloads,
  )?.workload.metadata?.name;
};
const [etcd, api, scheduler] = ["etcd", "kube-apiserver", "kube-scheduler"].map((name) => workload(name)) as [
  Workload,
  Workload,
  Workload,
];
const everyName = ["kube-scheduler", "kube-apiserver", "etcd"];

test("programs are started anew in the order of the components, each once those before it are rolled out", () => {
  expect(next(everyName, [scheduler, api, etcd])).toBe("etcd");
  const behind = everyName.slice(0, 2);
  expect(next(behind, [scheduler, api, etcd])).toBe("kube-apiserver");
  for (const status of [{ observedGeneration: 0 }, { updatedReplicas: 1 }, { replicas: 4 }, { readyReplicas: 1 }])
    expect(next(behind, [scheduler, api, workload("etcd", status)])).toBeUndefined();
  expect(
    next(["kube-scheduler"], [scheduler, workload("kube-apiserver", { updatedReplicas: 2 }), etcd]),
  ).toBeUndefined();
  expect(next([], [scheduler, api, etcd])).toBeUndefined();
});

test("an etcd that lacks a member is not started anew, and the others do not wait for the member", () => {
  const degraded = workload("etcd", { readyReplicas: 2 });
  expect(next(everyName, [scheduler, api, degraded])).toBe("kube-apiserver");
  expect(next(["etcd"], [scheduler, api, degraded])).toBeUndefined();
});

test("a program that is scaled to nothing holds up nobody", () => {
  const none = { replicas: 0, updatedReplicas: 0, readyReplicas: 0 };
  expect(next(["kube-scheduler"], [scheduler, workload("kube-apiserver", none, 0), etcd])).toBe("kube-scheduler");
});
