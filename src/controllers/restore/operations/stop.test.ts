import { expect, test } from "vitest";
import { BackupLocation, HostedCluster, HostedControlPlane } from "../../../api/index.ts";
import type { Restore } from "../../../api/restore.ts";
import type { Context } from "../../../kube/controller.ts";
import type { Kind } from "../../../kube/kind.ts";
import { noLog } from "../../../kube/log.ts";
import { restoreController } from "../controller.ts";

const startedAt = "2026-01-01T00:00:00.000Z";

/** A look at a restore that has waited for so long until a control plane stops, which answers with this. */
async function lookAfter(minutes: number, recovery: object) {
  const restore: Restore = {
    metadata: { name: "r", namespace: "clusters", uid: "u" },
    spec: { clusterName: "demo", from: { backupName: "b" } },
    status: { operations: [{ name: "stop", title: "Stop", state: "Running", startedAt }] },
  };
  const wanted = { "recovery.roost.dev/wanted": JSON.stringify({ id: "u", mode: "Stopped" }) };
  const found = new Map<unknown, object>([
    [HostedCluster, { metadata: { name: "demo", namespace: "clusters" }, spec: {} }],
    [HostedControlPlane, { metadata: { name: "demo", annotations: wanted }, status: { recovery } }],
    [BackupLocation, {}],
  ]);
  const kube = { get: async (kind: Kind) => found.get(kind), list: async () => [] } as unknown as Context["kube"];
  const now = () => new Date(Date.parse(startedAt) + minutes * 60_000);
  const context = { kube, on: () => kube, log: noLog, signal: AbortSignal.timeout(10_000), now };
  await restoreController({ operatorNamespace: "hypershift", recoveryImage: "recovery:1" }).reconcile(restore, context);
  return restore.status?.operations?.[0];
}

test("a control plane that has not stopped after ten minutes is waited for no longer, and one that has then goes on", async () => {
  const message = "These pods are still there: kube-apiserver-0";
  expect(await lookAfter(9, { id: "u", message })).toMatchObject({ state: "Running", message });
  const failed = { state: "Failed", message: `${message}: that takes too long` };
  expect(await lookAfter(11, { id: "u", message })).toMatchObject(failed);
  expect(await lookAfter(11, { id: "u", mode: "Stopped" })).toMatchObject({ state: "Done" });
});
