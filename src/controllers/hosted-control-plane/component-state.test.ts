import { expect, test } from "vitest";
import type { Deployment, StatefulSet } from "../../kube/kinds.ts";
import { componentState, isDegraded, isRolledOut, isUpdated } from "./component-state.ts";

const etcd = (replicas: number, readyReplicas: number) =>
  ({
    kind: "StatefulSet",
    metadata: { generation: 1 },
    spec: { replicas },
    status: { observedGeneration: 1, replicas, updatedReplicas: replicas, readyReplicas },
  }) as StatefulSet;
const deployment = (status: object, replicas = 1) =>
  ({ kind: "Deployment", metadata: { generation: 2 }, spec: { replicas }, status }) as Deployment;

test("etcd is available with a quorum, and complete with all members", () => {
  expect(componentState("etcd", etcd(3, 1)).available).toMatchObject({ is: false, reason: "WaitingForAvailable" });
  expect(componentState("etcd", etcd(3, 2))).toMatchObject({ available: { is: true }, rolloutComplete: { is: false } });
  expect(componentState("etcd", etcd(3, 3)).rolloutComplete.is).toBe(true);
});

test("a deployment is up to date only when the change was seen and every replica runs it", () => {
  const ready = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 };
  expect(componentState("a", deployment(ready)).rolloutComplete.is).toBe(true);
  expect(componentState("a", deployment({ ...ready, observedGeneration: 1 })).rolloutComplete.is).toBe(false);
  expect(componentState("a", deployment({ ...ready, replicas: 2 })).rolloutComplete.is).toBe(false);
});

test("what is scaled to zero is not available, and not degraded", () => {
  expect(componentState("a", deployment({ observedGeneration: 2 }, 0)).available.is).toBe(false);
  expect(isDegraded(deployment({}, 0))).toBe(false);
  expect(isDegraded(deployment({ readyReplicas: 1 }, 2))).toBe(true);
});

test("what does not exist says so", () => {
  expect(componentState("a", undefined).available).toMatchObject({ is: false, reason: "NotFound" });
});

test("a replica that is missing is no update under way, one of the configuration before is", () => {
  expect(isUpdated(etcd(3, 2))).toBe(true);
  expect(isUpdated({ ...etcd(3, 3), status: { observedGeneration: 1, replicas: 3, updatedReplicas: 2 } })).toBe(false);
  expect(isUpdated(deployment({ observedGeneration: 1, updatedReplicas: 1 }))).toBe(false);
});

test("a roll-out is under way while a replica of the configuration before is left, not where one is merely missing", () => {
  expect(isRolledOut(etcd(3, 2))).toBe(true);
  const held = { observedGeneration: 2, replicas: 2, updatedReplicas: 1, readyReplicas: 1 };
  expect(isRolledOut(deployment(held))).toBe(false);
  expect(isRolledOut(deployment({ ...held, replicas: 1 }))).toBe(true);
  expect(isRolledOut(deployment({ ...held, replicas: 1, observedGeneration: 1 }))).toBe(false);
});
