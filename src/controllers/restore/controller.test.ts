import { expect, test } from "vitest";
import type { Restore } from "../../api/restore.ts";
import { findCondition } from "../../kube/conditions.ts";
import type { Context } from "../../kube/controller.ts";
import { noLog } from "../../kube/log.ts";
import { restoreController } from "./controller.ts";

const options = { operatorNamespace: "hypershift", recoveryImage: "recovery:1" };

test("an operation that has been written down begins at once, and is not looked for later", async () => {
  const restore: Restore = {
    metadata: { name: "r", namespace: "clusters", uid: "1" },
    spec: { clusterName: "demo", from: { backupName: "b" } },
    status: { operations: [{ name: "stop", title: "Stop", state: "Pending" }] },
  };
  const kube = { get: async () => undefined, list: async () => [] } as unknown as Context["kube"];
  const context = { kube, on: () => kube, log: noLog, signal: AbortSignal.timeout(10_000), now: () => new Date() };
  const { reconcile } = restoreController(options);
  expect(await reconcile(restore, context)).toMatchObject({ afterMs: 0 });
  expect(restore.status?.operations?.[0]).toMatchObject({ state: "Running" });
});

test("where nodes do not come back, it is said which hosts are not the cluster's any more", async () => {
  const entry = { title: "", startedAt: "2026-01-01T00:00:00Z" };
  const warning = "These hosts were given back since the backup";
  const restore: Restore = {
    metadata: { name: "r", namespace: "clusters", uid: "1" },
    spec: { clusterName: "demo", from: { backupName: "b" } },
    status: {
      objects: { step: "Make", count: 3, warning },
      operations: [
        { ...entry, name: "start", state: "Done" },
        { ...entry, name: "prove", state: "Failed", message: "node-heartbeats: 1 of 2 nodes" },
      ],
    },
  };
  const kube = {
    get: async () => undefined,
    list: async () => [],
    delete: async () => true,
  } as unknown as Context["kube"];
  const context = { kube, on: () => kube, log: noLog, signal: AbortSignal.timeout(10_000), now: () => new Date() };
  await restoreController(options).reconcile(restore, context);
  expect(findCondition(restore.status?.conditions, "Succeeded")?.message).toBe(
    `node-heartbeats: 1 of 2 nodes. The cluster runs with what was restored. ${warning}`,
  );
});
