import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import type { PlaneMode } from "../../../api/plane-mode.ts";
import { Deployment, Pod, StatefulSet } from "../../../kube/kinds.ts";
import { aSpec } from "../../../testing/control-planes.ts";
import { componentState } from "../component-state.ts";
import { hasStopped, type Pass, state } from "../pass.ts";
import { reportRecovery } from "./report-recovery.ts";

interface Found {
  wanted?: string | { id: string; mode: PlaneMode; restore?: { revision: number }; putBack?: { below: number } };
  /** How many replicas components are told to have. */
  replicas: { etcd: number; "kube-apiserver": number };
  /** How many of them are ready; all where absent. */
  ready?: number;
  pods?: string[];
  /** What the member of etcd says that does not begin yet. */
  says?: string;
  paused?: boolean;
  before?: NonNullable<HostedControlPlane["status"]>["recovery"];
  /** The reason of EtcdAvailable, where that is False. */
  etcd?: string;
}

/** What a pass says that has applied nothing itself. */
async function answered({ wanted, replicas, ready, pods = [], says, paused = false, before, etcd }: Found) {
  const text = typeof wanted === "object" ? JSON.stringify(wanted) : wanted;
  const hcp: HostedControlPlane = {
    metadata: { name: "demo", annotations: text === undefined ? {} : { "recovery.roost.dev/wanted": text } },
    spec: aSpec(),
    status: { ready: true, initialized: true, ...(before && { recovery: before }) },
  };
  const workload = (kind: string, name: keyof Found["replicas"]) => ({
    kind,
    metadata: { name },
    spec: { replicas: replicas[name] },
    status: { readyReplicas: ready ?? replicas[name] },
  });
  const objects = new Map<unknown, object[]>([
    [StatefulSet, [workload("StatefulSet", "etcd")]],
    [Deployment, [workload("Deployment", "kube-apiserver")]],
    [
      Pod,
      pods.map((name) => ({
        metadata: { name, labels: { "hypershift.openshift.io/control-plane-component": name } },
      })),
    ],
  ]);
  const workloads = new Map(
    [...(objects.get(StatefulSet) ?? []), ...(objects.get(Deployment) ?? [])].map((each) => {
      const found = each as StatefulSet;
      return [found.metadata?.name ?? "", found] as const;
    }),
  );
  const states = new Map([...workloads].map(([name, each]) => [name, componentState(name, each)]));
  const pass = {
    hcp,
    namespace: "clusters-demo",
    kube: { list: async (kind: unknown) => objects.get(kind) },
    now: () => new Date(),
    workloads,
    states,
    waits: [],
    options: { etcd: { latest: { "etcd-0": { problem: "it is silent", isEmpty: false, says } } } },
  } as unknown as Pass;
  const status = paused ? "False" : "True";
  state(pass, { type: "ReconciliationActive", status, reason: "AsExpected", message: "" });
  if (etcd) state(pass, { type: "EtcdAvailable", status: "False", reason: etcd, message: "" });
  await reportRecovery(pass);
  return { recovery: hcp.status?.recovery, hasStopped: hasStopped(pass) };
}

const all = { etcd: 1, "kube-apiserver": 1 };
const none = { etcd: 0, "kube-apiserver": 0 };
const onlyEtcd = { etcd: 1, "kube-apiserver": 0 };
const stop = { id: "r1", mode: "Stopped" as const };
const etcdOnly = { id: "r1", mode: "EtcdOnly" as const };

test("how much of the control plane runs is answered as it is found", async () => {
  expect(await answered({ wanted: stop, replicas: none })).toEqual({
    recovery: { id: "r1", mode: "Stopped" },
    hasStopped: true,
  });
  expect(await answered({ wanted: etcdOnly, replicas: onlyEtcd, pods: ["etcd"] })).toEqual({
    recovery: { id: "r1", mode: "EtcdOnly" },
    hasStopped: true,
  });
  expect((await answered({ wanted: etcdOnly, replicas: none })).recovery?.message).toContain("scaled to 0");
});

test("a control plane that no change reaches is not called stopped, even where its pods are away", async () => {
  const before = { id: "r1", mode: "EtcdOnly" as const };
  expect(await answered({ wanted: stop, replicas: all, before })).toEqual({
    recovery: { id: "r1", message: "These components are not told to stop yet: etcd, kube-apiserver" },
    hasStopped: false,
  });
});

test("a paused control plane answers that it is, and nothing of what was before", async () => {
  const { recovery } = await answered({ wanted: stop, replicas: none, paused: true, before: stop });
  expect(recovery).toEqual({ id: "r1", message: expect.stringContaining("is paused") });
});

test("an answer goes with what it answers, also while the control plane is paused", async () => {
  expect(await answered({ replicas: all, paused: true, before: etcdOnly })).toEqual({
    recovery: undefined,
    hasStopped: false,
  });
});

test("what cannot be read is said, and is no reason to call a control plane stopped that runs", async () => {
  expect(await answered({ wanted: "{", replicas: all, before: etcdOnly })).toEqual({
    recovery: { id: "r1", message: expect.stringContaining("Cannot read the annotation") },
    hasStopped: false,
  });
  expect(await answered({ wanted: "{", replicas: none })).toMatchObject({ hasStopped: true });
});

test("members that have said that they have what was wanted are not waited for until the kubelet has seen it", async () => {
  const wanted = { ...etcdOnly, restore: { revision: 5 } };
  const found = { wanted, replicas: onlyEtcd, ready: 0, pods: ["etcd"] };
  expect((await answered(found)).recovery).toMatchObject({ message: expect.stringContaining("0 of 1 replicas") });
  const said = await answered({ ...found, before: { id: "r1", etcd: "Restored" } });
  expect(said.recovery).toEqual({ id: "r1", mode: "EtcdOnly", etcd: "Restored" });
});

test("what was put back is as it was before, also where that is nothing", async () => {
  const putBack = { ...etcdOnly, putBack: { below: 5000 } };
  const lost = { replicas: none, etcd: "EtcdVolumeLost" };
  const message = expect.stringContaining("scaled to 0");
  expect((await answered({ ...lost, wanted: putBack })).recovery).toEqual({ id: "r1", message });
  const before = { id: "r1", etcd: "PutBack" as const };
  expect((await answered({ ...lost, wanted: putBack, before })).recovery).toEqual({ ...before, mode: "EtcdOnly" });
  const running = { id: "r1", mode: "Running" as const };
  expect((await answered({ ...lost, wanted: running, before })).recovery).toEqual({ ...before, mode: "Running" });
});

test("an API server that is away for any other reason, or after etcd was restored, does not run again yet", async () => {
  const wanted = { id: "r1", mode: "Running" as const };
  const away = { wanted, replicas: none };
  for (const found of [
    { ...away, etcd: "EtcdWaitingForQuorum" },
    { ...away, etcd: "EtcdVolumeLost", before: { id: "r1", etcd: "Restored" as const } },
  ]) {
    expect((await answered(found)).recovery).toMatchObject({ id: "r1", message: expect.any(String) });
  }
});

test("a member that tries to restore says how it goes, and once it has tried long enough nobody waits for it", async () => {
  const wanted = { ...etcdOnly, restore: { revision: 5000 } };
  const found = { wanted, replicas: onlyEtcd, pods: ["etcd"] };
  const trying = await answered({ ...found, says: "restoring r1 failed in try 11: fetch 22 502" });
  expect(trying.recovery).toEqual({
    id: "r1",
    message: expect.stringContaining("has trouble (502); it is tried again"),
  });
  const tried = await answered({ ...found, says: "restoring r1 failed in try 12: fetch 22 502" });
  expect(tried.recovery).toEqual({
    id: "r1",
    message: expect.stringContaining("has trouble (502); it was tried 12 times"),
    givenUp: true,
  });
  const other = await answered({ ...found, says: "restoring r0 failed in try 12: fetch 22 502" });
  expect(other.recovery?.givenUp).toBeUndefined();
});
