import { afterEach, beforeAll, expect, test } from "vitest";
import {
  Backup,
  type BackupLocation,
  HostedCluster,
  HostedControlPlane,
  Restore,
  Verification,
} from "../../api/index.ts";
import { operatorNamespacePermissions, operatorPermissions } from "../../api/permissions.ts";
import { wantedRecovery } from "../../api/wanted-recovery.ts";
import { findCondition } from "../../kube/conditions.ts";
import { Job, type Namespace, Secret, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { samples } from "../../testing/samples.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { restoreController } from "./controller.ts";

// The test plays the Job and the control-plane-operator, and ends the controller wherever it stands.

const endings: (() => Promise<unknown>)[] = [];
beforeAll(async () => installCrds((await sharedApiServer("restore")).kube));
afterEach(async () => {
  await Promise.all(endings.splice(0).map((end) => end()));
});

async function start() {
  const shared = await sharedApiServer("restore");
  const { kube, namespace } = shared;
  const plane = `${namespace}-demo`;
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: plane } });
  const { status: _, ...sample } = samples().get("hosted-cluster-agent") as Resource & { status?: unknown };
  const cluster = await kube.create<Resource>({ ...sample, metadata: { name: "demo", namespace } });
  const { apiVersion, kind } = HostedControlPlane;
  await kube.create<HostedControlPlane>({
    apiVersion,
    kind,
    metadata: { name: "demo", namespace: plane },
    spec: aSpec(),
  });
  const group = "recovery.roost.dev/v1alpha1";
  const location = `l-${namespace}`;
  await kube.create<BackupLocation>({
    apiVersion: group,
    kind: "BackupLocation",
    metadata: { name: location },
    spec: { volume: { claimName: "backups" } },
  });
  const backup = { clusterName: "demo", locationName: location };
  await kube.create<Backup>({ apiVersion: group, kind: "Backup", metadata: { name: "b", namespace }, spec: backup });
  const at = "2026-01-01T00:00:00Z";
  const conditions = [{ type: "Succeeded", status: "True", reason: "AsExpected", message: "", lastTransitionTime: at }];
  const status = { path: `${namespace}/demo/b`, conditions };
  await kube.patch(Backup, "b", namespace, { status }, { subresource: "status" });
  const name = "operator";
  const rules = [...operatorPermissions, ...operatorNamespacePermissions];
  const own = await kubeWithRights({ ...shared, name, rules, namespace: undefined });
  const run = () => {
    const stop = new AbortController();
    const controller = restoreController({ operatorNamespace: namespace, recoveryImage: "recovery:1" });
    const ended = runControllers([controller], { kube: own, log: noLog, signal: stop.signal });
    const end = async () => {
      stop.abort();
      await ended;
    };
    endings.push(end);
    return end;
  };
  return { kube, namespace, plane, run, clusterUID: cluster.metadata?.uid ?? "" };
}

const ask = (kube: Kube, namespace: string, name = "r") =>
  kube.create<Restore>({
    apiVersion: Restore.apiVersion,
    kind: Restore.kind,
    metadata: { name, namespace },
    spec: { clusterName: "demo", from: { backupName: "b" } },
  });

const runs = (name: string) => (restore: Restore) =>
  restore.status?.operations?.find((each) => each.name === name)?.state === "Running";

async function answerOnce(kube: Kube, plane: string, mode: string, etcd?: string): Promise<void> {
  const hcp = await waitFor(kube, HostedControlPlane, "demo", (each) => wantedRecovery(each)?.mode === mode, {
    namespace: plane,
    timeoutMs: 60_000,
  });
  const status = { recovery: { id: wantedRecovery(hcp)?.id, mode, etcd: etcd ?? null } };
  await kube.patch(HostedControlPlane, "demo", plane, { status }, { subresource: "status" });
}

async function verify(kube: Kube, plane: string, what: string, uid: string, status: "True" | "False"): Promise<void> {
  const name = `${what}-${uid}`;
  await waitFor(kube, Verification, name, () => true, { namespace: plane, timeoutMs: 60_000 });
  const at = new Date().toISOString();
  const succeeded = { type: "Succeeded", status, reason: "AsExpected", message: "pods: 1", lastTransitionTime: at };
  const found = { completedAt: at, checks: [], conditions: [succeeded] };
  await kube.patch(Verification, name, plane, { status: found }, { subresource: "status" });
}

/** As the Job tells it, of this cluster where no other is named. */
async function serve(kube: Kube, namespace: string, uid: string, clusterUID?: string): Promise<void> {
  const job = await waitFor(kube, Job, `restore-${uid}`, () => true, { namespace, timeoutMs: 60_000 });
  expect(job.spec?.template.spec?.containers[0]?.args?.slice(0, 3)).toEqual([
    "serve-snapshot",
    "--path",
    `${namespace}/demo/b`,
  ]);
  const present = await kube.get(HostedCluster, "demo", namespace);
  const cluster = { uid: clusterUID ?? present?.metadata?.uid ?? "" };
  const snapshot = { revision: 4711, sha256: "a".repeat(64), objectCounts: { pods: 3 }, cluster };
  await kube.patch(Restore, "r", namespace, { status: { snapshot } }, { subresource: "status" });
}

const within = { timeoutMs: 60_000 };

test("a restore goes from operation to operation, whoever dies meanwhile, and leaves nothing behind", async () => {
  const { kube, namespace, plane, run, clusterUID } = await start();
  let end = run();
  const dies = async () => {
    await end();
    end = run();
  };
  const { metadata } = await ask(kube, namespace);
  const uid = metadata?.uid ?? "";
  const begun = await waitFor(kube, Restore, "r", runs("serve"), { namespace, ...within });
  expect(begun.metadata?.ownerReferences).toEqual([expect.objectContaining({ name: "demo", uid: clusterUID })]);
  await dies();
  await serve(kube, namespace, uid);
  await waitFor(kube, Restore, "r", runs("stop"), { namespace, ...within });
  await dies();
  await answerOnce(kube, plane, "Stopped");
  await waitFor(kube, Restore, "r", runs("restore-etcd"), { namespace, ...within });
  await dies();
  const secret = await waitFor(kube, Secret, "etcd-restore", () => true, { namespace: plane, ...within });
  expect(Object.keys(secret.data ?? {}).sort()).toEqual(["bump", "ca.crt", "url"]);
  await answerOnce(kube, plane, "EtcdOnly", "Restored");
  await waitFor(kube, Restore, "r", runs("compare"), { namespace, ...within });
  await dies();
  await verify(kube, plane, "compare", uid, "True");
  await answerOnce(kube, plane, "Running");
  await waitFor(kube, Restore, "r", runs("prove"), { namespace, ...within });
  await dies();
  await verify(kube, plane, "prove", uid, "True");
  const done = await waitFor(kube, Restore, "r", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({ status: "True" });
  expect(done.status?.operations?.map(({ state }) => state)).toEqual(Array(7).fill("Done"));
  expect(done.status?.revision).toBe(1_000_004_711);
  const left = await Promise.all([
    kube.get(Secret, `restore-${uid}`, namespace),
    kube.get(Service, `restore-${uid}`, namespace),
    kube.get(Secret, "etcd-restore", plane),
  ]);
  expect(left).toEqual([undefined, undefined, undefined]);
  const hcp = (await kube.get(HostedControlPlane, "demo", plane)) as HostedControlPlane;
  expect(wantedRecovery(hcp)).toBeUndefined();
}, 180_000);

test("an etcd that is not what the backup holds is given back what it had, and nothing has served it", async () => {
  const { kube, namespace, plane, run } = await start();
  run();
  const { metadata } = await ask(kube, namespace);
  const uid = metadata?.uid ?? "";
  await serve(kube, namespace, uid);
  await answerOnce(kube, plane, "Stopped");
  await answerOnce(kube, plane, "EtcdOnly", "Restored");
  await verify(kube, plane, "compare", uid, "False");
  await answerOnce(kube, plane, "Stopped", "Restored");
  const back = await waitFor(kube, HostedControlPlane, "demo", (each) => !!wantedRecovery(each)?.putBack, {
    namespace: plane,
    ...within,
  });
  expect(wantedRecovery(back)).toEqual({ id: uid, mode: "EtcdOnly", putBack: { below: 1_000_004_711 } });
  await answerOnce(kube, plane, "EtcdOnly", "PutBack");
  await answerOnce(kube, plane, "Running");
  const done = await waitFor(kube, Restore, "r", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({
    status: "False",
    message: expect.stringContaining("The cluster is as it was before"),
  });
  expect(done.status?.operations?.find(({ name }) => name === "start")?.state).toBe("Pending");
}, 180_000);

test("members that have tried in vain for long enough are given back what they had", async () => {
  const { kube, namespace, plane, run } = await start();
  run();
  const { metadata } = await ask(kube, namespace);
  const uid = metadata?.uid ?? "";
  await serve(kube, namespace, uid);
  await answerOnce(kube, plane, "Stopped");
  const wantedMode = (mode: string) => (each: HostedControlPlane) => wantedRecovery(each)?.mode === mode;
  await waitFor(kube, HostedControlPlane, "demo", wantedMode("EtcdOnly"), { namespace: plane, ...within });
  const message = "etcd-0 cannot restore the snapshot: nothing listens at its address; it was tried 12 times";
  const recovery = { id: uid, mode: null, message, givenUp: true };
  await kube.patch(HostedControlPlane, "demo", plane, { status: { recovery } }, { subresource: "status" });
  await waitFor(kube, HostedControlPlane, "demo", wantedMode("Stopped"), { namespace: plane, ...within });
  const stopped = { recovery: { id: uid, mode: "Stopped", message: null, givenUp: null } };
  await kube.patch(HostedControlPlane, "demo", plane, { status: stopped }, { subresource: "status" });
  await answerOnce(kube, plane, "EtcdOnly", "PutBack");
  await answerOnce(kube, plane, "Running");
  const done = await waitFor(kube, Restore, "r", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({
    status: "False",
    message: `${message}. The cluster is as it was before`,
  });
}, 180_000);

test("what is of another cluster that had the name stops nothing", async () => {
  const { kube, namespace, plane, run } = await start();
  run();
  const { metadata } = await ask(kube, namespace);
  await serve(kube, namespace, metadata?.uid ?? "", "of-another");
  const done = await waitFor(kube, Restore, "r", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(done.status?.conditions, "Succeeded")?.message).toContain(
    "is of another cluster that had the name",
  );
  expect(done.status?.operations?.find(({ name }) => name === "stop")?.state).toBe("Pending");
  const hcp = (await kube.get(HostedControlPlane, "demo", plane)) as HostedControlPlane;
  expect(wantedRecovery(hcp)).toBeUndefined();
}, 90_000);

test("a restore whose control plane has gone is over, and one that is deleted then holds up nobody", async () => {
  const { kube, namespace, plane, run } = await start();
  const end = run();
  const { metadata } = await ask(kube, namespace);
  await serve(kube, namespace, metadata?.uid ?? "");
  await waitFor(kube, Restore, "r", runs("stop"), { namespace, ...within });
  await end();
  await kube.delete(HostedControlPlane, "demo", plane);
  await kube.delete(Restore, "r", namespace);
  run();
  await waitForGone(kube, Restore, "r", { namespace, ...within });
  expect(await kube.get(Secret, `restore-${metadata?.uid}`, namespace)).toBeUndefined();
}, 90_000);

test("what cannot be restored is refused before anything is done", async () => {
  const { kube, namespace, plane, run } = await start();
  run();
  await kube.patch(Backup, "b", namespace, { status: { conditions: null } }, { subresource: "status" });
  await ask(kube, namespace);
  const done = await waitFor(kube, Restore, "r", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(done.status?.conditions, "Succeeded")?.message).toContain("is not complete");
  expect(done.status?.operations).toBeUndefined();
  const hcp = (await kube.get(HostedControlPlane, "demo", plane)) as HostedControlPlane;
  expect(wantedRecovery(hcp)).toBeUndefined();
  expect(await kube.get(HostedCluster, "demo", namespace)).toBeDefined();
}, 90_000);

test("of two that were asked for while nobody was there one begins, and the other is told of it", async () => {
  const { kube, namespace, run } = await start();
  for (const name of ["first", "second"]) await ask(kube, namespace, name);
  run();
  const over = ({ status }: Restore) => !!status?.completedAt;
  const refused = await waitFor(kube, Restore, "second", over, { namespace, ...within });
  expect(findCondition(refused.status?.conditions, "Succeeded")?.message).toContain(
    `The Restore ${namespace}/first of the same cluster is not over`,
  );
  expect(refused.status?.operations).toBeUndefined();
  await waitFor(kube, Restore, "first", runs("serve"), { namespace, ...within });
}, 90_000);
