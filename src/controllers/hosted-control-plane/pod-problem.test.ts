import { expect, test } from "vitest";
import type { PersistentVolumeClaim, Pod } from "../../kube/kinds.ts";
import { podProblem } from "./pod-problem.ts";

const unscheduled = (message: string, claimName = "data"): Pod => ({
  metadata: { name: "etcd-0" },
  spec: { containers: [], volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] },
  status: { conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }] },
});
const claim = (spec: object, phase = "Pending"): PersistentVolumeClaim => ({
  metadata: { name: "data" },
  spec,
  status: { phase },
});

test("pods that run have no problem", () => {
  const running: Pod = { status: { containerStatuses: [{ state: { running: {} } }] } } as Pod;
  expect(podProblem([running, {}], [])).toBeUndefined();
});

test("a management cluster without room is said to have none, with what to do", () => {
  const problem = podProblem([unscheduled("0/1 nodes are available: 1 Insufficient memory.")], [claim({}, "Bound")]);
  expect(problem).toBe(
    "no node takes the pod etcd-0: 0/1 nodes are available: 1 Insufficient memory: add nodes to the management cluster, or free some",
  );
});

test("a volume that nobody makes is told from one that is being made", () => {
  const pods = [unscheduled("pod has unbound immediate PersistentVolumeClaims")];
  expect(podProblem(pods, [claim({})])).toContain("PersistentVolumeClaim data of the pod etcd-0 has no StorageClass");
  expect(podProblem(pods, [claim({ storageClassName: "fast" })])).toContain("unbound immediate PersistentVolumeClaims");
});

test("an image that cannot be pulled is said in the kubelet's words", () => {
  const state = { waiting: { reason: "ImagePullBackOff", message: 'Back-off pulling image "x"\n  denied' } };
  const pod = { metadata: { name: "a" }, status: { containerStatuses: [{ state }] } } as Pod;
  expect(podProblem([pod], [])).toBe('the pod a waits: Back-off pulling image "x" denied');
});

test("a program that ends again and again is quoted, not how long it is left alone", () => {
  const state = {
    waiting: { reason: "CrashLoopBackOff", message: "back-off 20s restarting failed container=a pod=b" },
  };
  const lastState = {
    terminated: { exitCode: 1, reason: "Error", message: 'starting\n"command failed" err="no such flag"\n' },
  };
  const pod = { metadata: { name: "b" }, status: { containerStatuses: [{ name: "a", state, lastState }] } } as Pod;
  expect(podProblem([pod], [])).toBe('a in the pod b ended with 1: "command failed" err="no such flag"');
});
