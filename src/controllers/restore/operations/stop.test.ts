import { expect, test } from "vitest";
import { BackupLocation, HostedCluster, HostedControlPlane } from "../../../api/index.ts";
import type { Restore } from "../../../api/restore.ts";
import { findCondition } from "../../../kube/conditions.ts";
import type { Context } from "../../../kube/controller.ts";
import type { Kind } from "../../../kube/kind.ts";
import { noLog } from "../../../kube/log.ts";
import { restoreController } from "../controller.ts";

const startedAt = "2026-01-01T00:00:00.000Z";

type Entry = NonNullable<NonNullable<Restore["status"]>["operations"]>[number];
const running: Entry = { name: "stop", title: "Stop", state: "Running", startedAt };

/** A look at a restore that is so far since so long, of a control plane that answers with this. */
async function restoreAfter(minutes: number, recovery: object, entry: Entry): Promise<Restore> {
  const restore: Restore = {
    metadata: { name: "r", namespace: "clusters", uid: "u" },
    spec: { clusterName: "demo", from: { backupName: "b" } },
    status: { operations: [{ ...entry }] },
  };
  const wanted = { "recovery.roost.dev/wanted": JSON.stringify({ id: "u", mode: "Stopped" }) };
  const found = new Map<unknown, object>([
    [HostedCluster, { metadata: { name: "demo", namespace: "clusters" }, spec: {} }],
    [HostedControlPlane, { metadata: { name: "demo", annotations: wanted }, status: { recovery } }],
    [BackupLocation, {}],
  ]);
  const kube = {
    get: async (kind: Kind) => found.get(kind),
    list: async () => [],
    patch: async () => ({}),
    delete: async () => true,
  } as unknown as Context["kube"];
  const now = () => new Date(Date.parse(startedAt) + minutes * 60_000);
  const context = { kube, on: () => kube, log: noLog, signal: AbortSignal.timeout(10_000), now };
  await restoreController({ operatorNamespace: "hypershift", recoveryImage: "recovery:1" }).reconcile(restore, context);
  return restore;
}

const lookAfter = async (minutes: number, recovery: object) =>
  (await restoreAfter(minutes, recovery, running)).status?.operations?.[0];

test("a control plane that has not stopped after ten minutes is waited for no longer, and one that has then goes on", async () => {
  const message = "These pods are still there: kube-apiserver-0";
  expect(await lookAfter(9, { id: "u", message })).toMatchObject({ state: "Running", message });
  const failed = { state: "Failed", message: `${message}: that takes too long` };
  expect(await lookAfter(11, { id: "u", message })).toMatchObject(failed);
  expect(await lookAfter(11, { id: "u", mode: "Stopped" })).toMatchObject({ state: "Done" });
});

const message = "The API server is not there yet";
const saidOf = ({ status }: Restore) => findCondition(status?.conditions, "Succeeded")?.message;

test("a control plane that did not run before is started again and not waited for longer than a quarter of an hour", async () => {
  const failed: Entry = { ...running, state: "Failed", message: "it took too long", takenBackAt: startedAt };
  const early = await restoreAfter(14, { id: "u", message }, failed);
  expect(early.status?.completedAt).toBeUndefined();
  expect(saidOf(early)).toContain(`is taken back: ${message}`);
  const over = await restoreAfter(16, { id: "u", message }, failed);
  expect(over.status?.completedAt).toBeDefined();
  expect(saidOf(over)).toBe(
    `it took too long. The control plane is started as it was before, and does not run yet: ${message}`,
  );
  const back = await restoreAfter(16, { id: "u", mode: "Running" }, failed);
  expect(saidOf(back)).toBe("it took too long. The cluster is as it was before");
});

test("how long it has been taken back is counted from when that began, and not from when it was to stop", async () => {
  const failed: Entry = { ...running, state: "Failed", message: "it took too long" };
  const begun = await restoreAfter(60, { id: "u", message }, failed);
  expect(begun.status).toMatchObject({ operations: [{ takenBackAt: "2026-01-01T01:00:00.000Z" }] });
  expect(begun.status?.completedAt).toBeUndefined();
});

test("what was restored and does not start within half an hour holds up no other restore", async () => {
  const start: Entry = { ...running, name: "start" };
  const waits = { state: "Running", message };
  expect((await restoreAfter(29, { id: "u", message }, start)).status?.operations?.[0]).toMatchObject(waits);
  const late = await restoreAfter(31, { id: "u", message }, start);
  expect(late.status?.operations?.[0]).toMatchObject({ state: "Failed" });
  const [entry = start] = late.status?.operations ?? [];
  const over = await restoreAfter(31, { id: "u", message }, entry);
  expect(saidOf(over)).toContain("etcd has what was restored, and the control plane is told to start");
});
