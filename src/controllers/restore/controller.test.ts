import { expect, test } from "vitest";
import type { Restore } from "../../api/restore.ts";
import type { Context } from "../../kube/controller.ts";
import { noLog } from "../../kube/log.ts";
import { restoreController } from "./controller.ts";

test("an operation that has been written down begins at once, and is not looked for later", async () => {
  const restore: Restore = {
    metadata: { name: "r", namespace: "clusters", uid: "1" },
    spec: { clusterName: "demo", from: { backupName: "b" } },
    status: { operations: [{ name: "stop", title: "Stop", state: "Pending" }] },
  };
  const kube = { get: async () => undefined, list: async () => [] } as unknown as Context["kube"];
  const context = { kube, on: () => kube, log: noLog, signal: AbortSignal.timeout(10_000), now: () => new Date() };
  const { reconcile } = restoreController({ operatorNamespace: "hypershift", recoveryImage: "recovery:1" });
  expect(await reconcile(restore, context)).toMatchObject({ afterMs: 0 });
  expect(restore.status?.operations?.[0]).toMatchObject({ state: "Running" });
});
