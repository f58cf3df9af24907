import { expect, test } from "vitest";
import type { Pod } from "../../../kube/kinds.ts";
import { podProblems } from "./pod-problems.ts";

const pod = (status: Pod["status"]): Pod => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "etcd-1" }, status });
const container = (state: object, lastState: object = {}): Pod["status"] => ({
  containerStatuses: [{ name: "etcd", ready: false, image: "", imageID: "", restartCount: 1, state, lastState }],
});
const ended = (message: string) => ({ terminated: { exitCode: 1, message, reason: "Error" } });
const waiting = { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s restarting failed container" } };

test("a pod that nothing is wrong with has no problem", () => {
  expect(
    podProblems([pod({ containerStatuses: [{ name: "etcd", ready: true, image: "", imageID: "", restartCount: 0 }] })]),
  ).toEqual({});
  expect(podProblems([pod({})])).toEqual({});
  expect(podProblems([pod(container({ running: {} }))])).toEqual({});
});

test("a full volume is told from any other end", () => {
  const log = '{"level":"fatal","msg":"failed to save","error":"write wal: no space left on device"}';
  expect(podProblems([pod(container(waiting, ended(log)))])["etcd-1"]).toMatchObject({
    reason: "EtcdDiskFull",
    message: expect.stringContaining("PersistentVolumeClaim data-etcd-1"),
  });
  expect(podProblems([pod(container({ running: {} }, ended(log)))])["etcd-1"]?.reason).toBe("EtcdDiskFull");
});

test("what etcd logged last is why it ended", () => {
  const log =
    '{"msg":"starting"}\n{"level":"fatal","msg":"discovery failed","error":"the member has been permanently removed"}';
  expect(podProblems([pod(container(waiting, ended(log)))])["etcd-1"]).toEqual({
    reason: "EtcdWaitingForQuorum",
    message: "etcd-1 ended with 1: the member has been permanently removed",
  });
});

test("a pod without a node says what the scheduler said", () => {
  const message = "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims";
  const conditions = [{ type: "PodScheduled", status: "False" as const, message }];
  expect(podProblems([pod({ conditions })])["etcd-1"]?.message).toBe(`etcd-1 has no node: ${message}`);
});

test("a pod that must not be beside the others says what gives it a node", () => {
  const message = "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.";
  const conditions = [{ type: "PodScheduled", status: "False" as const, message }];
  expect(podProblems([pod({ conditions })])["etcd-1"]?.message).toBe(
    "etcd-1 has no node: 0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules: add a node to the management cluster, or let members share one with the annotation hypershift.openshift.io/pod-spread=preferred on the HostedCluster",
  );
});

test("an image that cannot be had is said", () => {
  const message = 'Back-off pulling image "registry.example.com/etcd"';
  const status = container({ waiting: { reason: "ImagePullBackOff", message } });
  expect(podProblems([pod(status)])["etcd-1"]?.message).toBe(`etcd-1: ${message}`);
});
