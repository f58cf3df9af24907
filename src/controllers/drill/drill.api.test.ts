import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { drillNamespace } from "../../api/drill-namespace.ts";
import { Backup, type BackupLocation, Drill, HostedCluster, HostedControlPlane } from "../../api/index.ts";
import { operatorNamespacePermissions, operatorPermissions, recoveryPermissions } from "../../api/permissions.ts";
import { recoveryAccount } from "../../api/recovery-account.ts";
import { Verification } from "../../api/verification.ts";
import { wantedRecovery } from "../../api/wanted-recovery.ts";
import { runCommand } from "../../cli/testing/run-command.ts";
import { isConflict, isNotFound } from "../../kube/api-error.ts";
import { type Condition, findCondition, setCondition } from "../../kube/conditions.ts";
import type { Kind } from "../../kube/kind.ts";
import {
  ConfigMap,
  Deployment,
  Event,
  Job,
  Namespace,
  NetworkPolicy,
  Role,
  RoleBinding,
  Secret,
  Service,
} from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { pause } from "../../kube/pause.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { recorded } from "../../recovery/backup/recorded.ts";
import { runServeDrill } from "../../recovery/drill/run-serve-drill.ts";
import { putPart } from "../../recovery/put-part.ts";
import { locationFiles } from "../../recovery/store/location-files.ts";
import { volumeStore } from "../../recovery/store/volume-store.ts";
import { impersonate } from "../../testing/api-server.ts";
import { aRelease, aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { liveAndDie } from "../../testing/live-and-die.ts";
import { samples } from "../../testing/samples.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { networkPolicyController } from "../network-policy/controller.ts";
import { drillController } from "./controller.ts";

// The test plays pods, the control-plane-operator and whoever empties namespaces. The Job is the real program with the
// rights that it has, and the fence is the real one.

const endings: (() => Promise<unknown>)[] = [];
beforeAll(async () => installCrds((await sharedApiServer("drill")).kube));
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const within = { timeoutMs: 60_000 };
const chunks = async function* (text: string) {
  yield Buffer.from(text);
};

/** A live cluster with a backup of it, and the controllers' client. */
async function start() {
  const shared = await sharedApiServer("drill");
  const { kube, kubeconfig, namespace } = shared;
  const live = `${namespace}-demo`;
  const owner = { "hypershift.openshift.io/cluster": `${namespace}/demo` };
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: live, annotations: owner } });
  const { status: _, ...sample } = samples().get("hosted-cluster-agent") as Resource & { status?: unknown };
  const cluster = await kube.create({ ...sample, metadata: { name: "demo", namespace } });
  const files: Record<string, Record<string, string>> = {
    "root-ca": {},
    "pull-secret": { ".dockerconfigjson": "{}" },
    "kube-apiserver-encryption": { "encryption.json": '{"aescbc": {}}' },
    "kas-server-crt": {},
  };
  const held: Resource[] = [cluster];
  for (const [name, texts] of Object.entries(files)) {
    const encoded = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
    const metadata = { name, namespace: live };
    held.push(
      await kube.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata, data: Object.fromEntries(encoded) }),
    );
  }
  const data = { signers: "{}" };
  const record = { apiVersion: "v1" as const, kind: "ConfigMap" as const, data };
  held.push(await kube.create<ConfigMap>({ ...record, metadata: { name: "durable-record", namespace: live } }));
  const { apiVersion, kind } = HostedControlPlane;
  const metadata = { name: "demo", namespace: live, annotations: owner };
  held.push(await kube.create<HostedControlPlane>({ apiVersion, kind, metadata, spec: aSpec() }));

  const folder = await mkdtemp(join(tmpdir(), "roost-drill-"));
  endings.push(() => rm(folder, { recursive: true }));
  const path = `${namespace}/demo/b`;
  await storeBackup(folder, path, held);
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
  const at = new Date(Date.now() - 3_600_000).toISOString();
  const conditions = [{ type: "Succeeded", status: "True", reason: "AsExpected", message: "", lastTransitionTime: at }];
  await kube.patch(
    Backup,
    "b",
    namespace,
    { status: { path, completedAt: at, conditions } },
    { subresource: "status" },
  );

  const rules = [...operatorPermissions, ...operatorNamespacePermissions];
  const own = await kubeWithRights({ ...shared, name: "operator", rules, namespace: undefined });
  // The Role of a drill is given to this account and no other.
  const account = `system:serviceaccount:${namespace}:${recoveryAccount}`;
  await bindEverywhere(kube, namespace);
  const job = await impersonate(kubeconfig, account, ["system:serviceaccounts", "system:authenticated"]);
  const run = (client: Kube, signal: AbortSignal) =>
    runControllers(controllersOf(namespace), { kube: client, log: noLog, signal });
  return { kube, own, job, namespace, live, folder, run };
}

/** What a backup holds, as it lies in a store. */
async function storeBackup(folder: string, path: string, held: readonly Resource[]): Promise<void> {
  const { signal } = new AbortController();
  const putting = { store: volumeStore(folder), path, recipients: [], signal };
  const objects = held.map(recorded);
  const parts = [
    await putPart(putting, "a.snapshot.db", chunks("a snapshot")),
    await putPart(putting, "a.objects.json", chunks(JSON.stringify(objects))),
  ];
  const manifest = {
    version: 1,
    backup: { name: "b", uid: "u" },
    cluster: { namespace: "clusters", name: "demo", uid: "c" },
    parts,
    etcd: { revision: 4711 },
    objectCounts: { pods: 3 },
  };
  await putting.store.put(`${path}/manifest.json`, chunks(JSON.stringify(manifest)), { signal });
}

async function bindEverywhere(kube: Kube, namespace: string): Promise<void> {
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  const metadata = { name: `recovery-${namespace}` };
  await kube.apply({ apiVersion, kind: "ClusterRole", metadata, rules: recoveryPermissions } as Resource);
  await kube.apply({
    apiVersion,
    kind: "ClusterRoleBinding",
    metadata,
    roleRef: { apiGroup, kind: "ClusterRole", ...metadata },
    subjects: [{ kind: "ServiceAccount", name: recoveryAccount, namespace }],
  } as Resource);
}

function controllersOf(operatorNamespace: string) {
  const networks = { api: [{ address: "192.0.2.1", port: 6443 }], pods: ["10.0.0.0/8"], others: [], apart: [] };
  return [
    drillController({
      operatorNamespace,
      recoveryImage: "recovery:1",
      allowedReleases: ["registry.example.com"],
      readRelease: async () => aRelease,
    }),
    networkPolicyController({ managementNetworks: async () => ({ networks }), operatorNamespace }),
  ];
}

interface Played {
  /** What the checks find. */
  checks?: "True" | "False";
  /** How far the control-plane-operator carries out what it is told. */
  obeys?: (mode: string) => boolean;
  /** Why the control-plane-operator does nothing, as one of an older release says it. */
  refuses?: string;
}

/** Plays everybody else, until the test ends. */
function play(
  { kube, job, namespace, folder }: Awaited<ReturnType<typeof start>>,
  { checks = "True", obeys = () => true, refuses }: Played = {},
) {
  const stop = new AbortController();
  const jobs = new Map<string, { end: AbortController; ended: Promise<unknown> }>();
  const status = { subresource: "status" };
  const at = new Date().toISOString();

  async function playPod(found: Job): Promise<void> {
    const name = found.metadata?.name ?? "";
    const args = found.spec?.template.spec?.containers[0]?.args ?? [];
    const flag = (flag: string) => args[args.indexOf(`--${flag}`) + 1] ?? "";
    if (args[0] !== "serve-drill" || jobs.has(name)) return;
    const end = new AbortController();
    const ended = runServeDrill({
      kube: job,
      log: noLog,
      signal: end.signal,
      namespace: flag("drill-namespace"),
      name: flag("drill"),
      uid: flag("uid"),
      planeNamespace: flag("plane"),
      path: flag("path"),
      credentials: flag("credentials"),
      operatorNamespace: flag("namespace"),
      location: flag("location"),
      port: 0,
      folder,
      files: { ...locationFiles, volume: folder },
    }).catch(() => jobs.delete(name));
    jobs.set(name, { end, ended });
  }

  async function playPlane(hcp: HostedControlPlane): Promise<void> {
    const { name = "", namespace: home, finalizers, deletionTimestamp } = hcp.metadata ?? {};
    const wanted = wantedRecovery(hcp);
    const operator = await kube.get(Deployment, "control-plane-operator", home);
    if (!wanted || !operator || deletionTimestamp || !obeys(wanted.mode)) return;
    if (refuses) {
      const type = "ValidHostedControlPlaneConfiguration";
      const update = { type, status: "False", reason: "InvalidConfiguration", message: refuses } as const;
      const conditions = [...(hcp.status?.conditions ?? [])] as Condition[];
      setCondition(conditions, update, new Date(at));
      await kube.patch(HostedControlPlane, name, home, { status: { conditions } }, status);
      return;
    }
    if (!finalizers) {
      await kube.patch(HostedControlPlane, name, home, {
        metadata: { finalizers: ["hypershift.openshift.io/finalizer"] },
      });
    }
    const recovery = { id: wanted.id, mode: wanted.mode, ...(wanted.restore && { etcd: "Restored" }) };
    await kube.patch(HostedControlPlane, name, home, { status: { recovery } }, status);
    for (const { metadata, status: found } of await kube.list(Verification, { namespace: home })) {
      if (found?.completedAt) continue;
      const succeeded = {
        type: "Succeeded",
        status: checks,
        reason: "AsExpected",
        message: "pods: 1",
        lastTransitionTime: at,
      };
      const check = { name: "secrets", title: "Secrets", result: "passed", message: "", milliseconds: 1 };
      const done = { completedAt: at, checks: [check], conditions: [succeeded] };
      await kube.patch(Verification, metadata?.name ?? "", home, { status: done }, status);
    }
  }

  async function playOnce(): Promise<void> {
    for (const found of await kube.list(Job, { namespace })) await playPod(found);
    for (const drill of await kube.list(Drill, { namespace })) {
      const home = drillNamespace(drill);
      const planes = await kube.list(HostedControlPlane, { namespace: home });
      for (const hcp of planes) await playPlane(hcp);
      const present = await kube.get(Namespace, home);
      if (!present?.metadata?.deletionTimestamp || planes.length > 0) continue;
      const body = { ...present, spec: { finalizers: [] } };
      await kube.request("PUT", `/api/v1/namespaces/${home}/finalize`, { body });
    }
  }

  async function go(): Promise<void> {
    while (!stop.signal.aborted) {
      // What it was about to change may have changed or gone meanwhile.
      await playOnce().catch((error: unknown) => {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      });
      await pause(50);
    }
    for (const { end, ended } of jobs.values()) {
      end.abort();
      await ended;
    }
  }
  const going = go();
  endings.push(() => {
    stop.abort();
    return going;
  });
}

const ask = (kube: Kube, namespace: string, name = "d") =>
  kube.create<Drill>({
    apiVersion: Drill.apiVersion,
    kind: Drill.kind,
    metadata: { name, namespace },
    spec: { clusterName: "demo" },
  });

/** What there is of the live cluster, each object with its version: that of its spec where it has one. */
async function livingObjects(kube: Kube, live: string, namespace: string): Promise<string[]> {
  const kinds: Kind[] = [Secret, ConfigMap, Service, HostedControlPlane, Role, RoleBinding, Deployment];
  const inPlane = await Promise.all(kinds.map((kind) => kube.list(kind, { namespace: live })));
  const all = [...inPlane.flat(), ...(await kube.list<Resource>(HostedCluster, { namespace }))];
  all.push((await kube.get(Namespace, live)) as Namespace, (await kube.get(Backup, "b", namespace)) as Backup);
  const versions = all.map(({ metadata }) => [
    ...[metadata?.uid, metadata?.name, metadata?.generation ?? metadata?.resourceVersion],
  ]);
  // An operator that starts applies them again.
  const policies = (await kube.list(NetworkPolicy, { namespace: live })).map(({ metadata, spec }) => [
    ...[metadata?.uid, metadata?.name, JSON.stringify(spec)],
  ]);
  return [...versions, ...policies].map((each) => each.join(" ")).sort();
}

async function isFenced(kube: Kube, live: string): Promise<void> {
  await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    ({ status }) => findCondition(status?.conditions as never, "NetworkPoliciesApplied")?.status === "True",
    { namespace: live, ...within },
  );
}

/** Lives until the test ends, or is ended. */
function keepRunning({ own, run }: Awaited<ReturnType<typeof start>>) {
  const stop = new AbortController();
  const ended = run(own, stop.signal);
  endings.push(() => {
    stop.abort();
    return ended;
  });
}

async function nothingIsLeftOf(drill: Drill, kube: Kube, namespace: string): Promise<void> {
  const name = drillNamespace(drill);
  const left = await Promise.all([
    kube.get(Namespace, name),
    kube.get(HostedControlPlane, "demo", name),
    ...[Job, Secret, Service].map((kind) => kube.get(kind as Kind, name, namespace)),
  ]);
  expect(left).toEqual(Array(5).fill(undefined));
}

test("a drill is carried out whoever dies after whichever write, leaves nothing behind, and changes nothing that lives", async () => {
  const world = await start();
  const { kube, own, namespace, live, run } = world;
  const fence = new AbortController();
  const fencing = run(own, fence.signal);
  await isFenced(kube, live);
  fence.abort();
  await fencing;
  const before = await livingObjects(kube, live, namespace);
  play(world);
  const { metadata } = await ask(kube, namespace);
  const read = () => kube.get(Drill, "d", namespace);
  const deaths = await liveAndDie({
    kube: own,
    live: run,
    isDone: async () => (await read())?.status?.completedAt !== undefined,
    whatIsLeft: async () => JSON.stringify((await read())?.status, null, 2),
    timeoutMs: 240_000,
  });
  expect(deaths.length).toBeGreaterThan(5);
  const drill = (await read()) as Drill;
  const { status } = drill;
  expect(findCondition(status?.conditions, "Succeeded")).toMatchObject({ status: "True" });
  expect(status?.operations?.map(({ state }) => state)).toEqual(Array(6).fill("Done"));
  expect(status).toMatchObject({ backupName: "b", revision: 1_000_004_711, checks: [{ name: "secrets" }] });
  expect(status?.rtoSeconds).toBeGreaterThan(0);
  expect(status?.rpoSeconds).toBeGreaterThanOrEqual(3_600);
  await nothingIsLeftOf({ ...drill, metadata }, kube, namespace);
  expect(await livingObjects(kube, live, namespace)).toEqual(before);
}, 300_000);

test("while it lasts, a drill's control plane is fenced in before its operator starts, and publishes nothing", async () => {
  const world = await start();
  const { kube, namespace } = world;
  // It does not go on, so that there is something to look at.
  let mayEnd = false;
  play(world, { obeys: () => mayEnd });
  keepRunning(world);
  const plane = drillNamespace(await ask(kube, namespace));
  const inPlane = { namespace: plane, ...within };
  await waitFor(kube, Deployment, "control-plane-operator", () => true, inPlane);
  const fence = await waitFor(kube, NetworkPolicy, "kas", () => true, inPlane);
  expect(fence.spec?.ingress).toEqual([{ from: [{ podSelector: {} }], ports: [{ port: 6443, protocol: "TCP" }] }]);
  const isTold = (each: HostedControlPlane) => wantedRecovery(each)?.mode === "EtcdOnly";
  const hcp = await waitFor(kube, HostedControlPlane, "demo", isTold, inPlane);
  expect(hcp.spec.services.map(({ servicePublishingStrategy: { type } }) => type)).toEqual(Array(4).fill("None"));
  const secrets = (await kube.list(Secret, { namespace: plane })).map(({ metadata }) => metadata?.name);
  expect(secrets).toEqual(["etcd-restore", "kube-apiserver-encryption", "pull-secret", "root-ca"]);
  expect(wantedRecovery(hcp)).toMatchObject({ mode: "EtcdOnly", restore: { revision: 1_000_004_711 } });
  mayEnd = true;
  await waitFor(kube, Drill, "d", ({ status }) => status?.completedAt !== undefined, { namespace, ...within });
}, 150_000);

test("a drill that is deleted in the middle is removed with all that it made, and the next one begins after it", async () => {
  const world = await start();
  const { kube, namespace } = world;
  let mayStart = false;
  play(world, { obeys: (mode) => mode !== "Running" || mayStart });
  keepRunning(world);
  const first = await ask(kube, namespace, "first");
  const runs = (name: string) => (drill: Drill) =>
    drill.status?.operations?.find((each) => each.name === name)?.state === "Running";
  await waitFor(kube, Drill, "first", runs("start"), { namespace, ...within });
  await ask(kube, namespace, "second");
  const waits = ({ status }: Drill) =>
    findCondition(status?.conditions, "Succeeded")?.message.includes("/first of the same cluster is not over") ?? false;
  expect((await waitFor(kube, Drill, "second", waits, { namespace, ...within })).status?.operations).toBeUndefined();
  await kube.delete(Drill, "first", namespace);
  await waitForGone(kube, Drill, "first", { namespace, ...within });
  await nothingIsLeftOf(first, kube, namespace);
  mayStart = true;
  const second = await waitFor(kube, Drill, "second", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(second.status?.conditions, "Succeeded")?.status).toBe("True");
}, 200_000);

test("a check that fails makes a drill a failure, which is told and removed all the same", async () => {
  const world = await start();
  const { kube, namespace } = world;
  play(world, { checks: "False" });
  keepRunning(world);
  const { metadata } = await ask(kube, namespace);
  const done = await waitFor(kube, Drill, "d", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({
    status: "False",
    reason: "DrillFailed",
    message: expect.stringContaining("pods: 1"),
  });
  expect(done.status?.operations?.map(({ state }) => state)).toEqual([
    "Done",
    "Done",
    "Failed",
    "Pending",
    "Pending",
    "Done",
  ]);
  expect(done.status?.rtoSeconds).toBeUndefined();
  await nothingIsLeftOf({ ...done, metadata }, kube, namespace);
  const events = await kube.list(Event, { namespace });
  expect(events.map(({ reason }) => reason)).toContain("DrillFailed");
}, 150_000);

test("a drill of a release that knows no drills fails with what its control-plane-operator says", async () => {
  const world = await start();
  const { kube, namespace } = world;
  play(world, { refuses: "APIServer cannot be published with type None" });
  keepRunning(world);
  await ask(kube, namespace);
  const done = await waitFor(kube, Drill, "d", ({ status }) => !!status?.completedAt, { namespace, ...within });
  const { status, message } = findCondition(done.status?.conditions, "Succeeded") ?? {};
  expect({ status, message }).toEqual({
    status: "False",
    message: expect.stringContaining("cannot carry out a drill: APIServer cannot be published with type None"),
  });
}, 150_000);

test("a namespace that was not made for the drill is neither used nor removed", async () => {
  const world = await start();
  const { kube, namespace } = world;
  play(world);
  const drill = await ask(kube, namespace);
  const name = drillNamespace(drill);
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  keepRunning(world);
  const done = await waitFor(kube, Drill, "d", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(done.status?.conditions, "Succeeded")?.message).toContain("was not made for this drill");
  const left = await kube.get(Namespace, name);
  expect(left?.metadata?.deletionTimestamp).toBeUndefined();
  expect(await kube.list(RoleBinding, { namespace: name })).toEqual([]);
}, 90_000);

test("nothing is put into a namespace with the drill's mark that the drill has not made itself", async () => {
  const world = await start();
  const { kube, namespace } = world;
  play(world);
  const drill = await ask(kube, namespace);
  const name = drillNamespace(drill);
  const annotations = { "recovery.roost.dev/drill": `${namespace}/d` };
  const theirs = await kube.create<Namespace>({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, annotations, finalizers: ["example.com/held"] },
  });
  keepRunning(world);
  await waitFor(kube, Namespace, name, ({ metadata }) => !!metadata?.deletionTimestamp, within);
  expect(await kube.list(RoleBinding, { namespace: name })).toEqual([]);
  await kube.patch(Namespace, name, undefined, { metadata: { finalizers: null } });
  const done = await waitFor(kube, Drill, "d", ({ status }) => !!status?.completedAt, { namespace, ...within });
  expect(findCondition(done.status?.conditions, "Succeeded")?.status).toBe("True");
  expect(done.status?.namespaceUID).toMatch(/.+/);
  expect(done.status?.namespaceUID).not.toBe(theirs.metadata?.uid);
}, 150_000);

test("hcp drill refuses what cannot be restored before anything is made", async () => {
  const { kube, namespace } = await start();
  const run = (...words: string[]) => runCommand(["drill", "--cluster", "demo", "-n", namespace, ...words], { kube });
  expect((await run("--from", "other")).stderr).toContain(`There is no Backup ${namespace}/other`);
  await kube.patch(Backup, "b", namespace, { status: { conditions: null } }, { subresource: "status" });
  const { status, stderr } = await run();
  expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining("There is no good Backup") });
  expect(await kube.list(Drill, { namespace })).toEqual([]);
});
