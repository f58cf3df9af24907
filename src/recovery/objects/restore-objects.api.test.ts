import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Agent } from "../../api/agent.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import { Cluster, Machine } from "../../api/cluster-api.ts";
import { hostConsent } from "../../api/host-consent.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { NodePool } from "../../api/node-pool.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { objectsPermissions } from "../../api/permissions.ts";
import { Restore } from "../../api/restore.ts";
import { isNotFound } from "../../kube/api-error.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Namespace, RoleBinding, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { ownerReference } from "../../kube/owning-kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { createAuthority, fingerprintOf, issue } from "../../pki/certificate.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { samples } from "../../testing/samples.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { collectObjects } from "../backup/collect-objects.ts";
import type { Recorded } from "../backup/recorded.ts";
import { recordedKinds } from "../backup/recorded-kinds.ts";
import { locationFiles } from "../store/location-files.ts";
import { volumeStore } from "../store/volume-store.ts";
import { type RunRestoreObjectsOptions, runRestoreObjects } from "./run-restore-objects.ts";

// The program as the Job runs it, with its rights. Here no controller-manager empties namespaces: the test does.

const signal = new AbortController().signal;
const authority = createAuthority("root-ca", new Date());
const base64 = (text: string) => Buffer.from(text).toString("base64");
const folders: string[] = [];
const endings: (() => unknown)[] = [];
let administrator: Kube;
let maker: Kube;

beforeAll(async () => {
  const server = await sharedApiServer("objects");
  await installCrds(server.kube, { clusterApi: true });
  administrator = server.kube;
  maker = await kubeWithRights({
    ...server,
    name: "recovery-objects",
    rules: objectsPermissions,
    namespace: undefined,
  });
}, 120_000);
afterEach(() => {
  for (const end of endings.splice(0)) end();
});
afterAll(async () => {
  await Promise.all(folders.map((each) => rm(each, { recursive: true, force: true })));
});

interface Lost {
  home: string;
  plane: string;
  hosts: string;
  objects: Recorded[];
  location: string;
  /** Runs the program; gives what it told the Restore. */
  run: (step: string, changes?: Partial<RunRestoreObjectsOptions>) => Promise<unknown>;
}

/** A cluster that was backed up, and of which nothing is left but what its user keeps beside it. */
async function lostCluster({ endpoint = { host: "127.0.0.1", port: 1 }, stays = false } = {}): Promise<Lost> {
  const { namespace: home } = await sharedApiServer("objects");
  const [plane, hosts] = [`${home}-demo`, `${home}-hosts`];
  const kube = administrator;
  for (const name of [plane, hosts]) {
    const annotations = name === plane ? { [ownerAnnotation]: `${home}/demo` } : undefined;
    await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name, annotations } });
  }
  const platform = { type: "Agent", agent: { agentNamespace: hosts } };
  for (const each of hostConsent({ namespace: hosts, controlPlane: plane })) await kube.create<Resource>(each);
  const sample = samples().get("hosted-cluster-none") as Resource & { spec: object };
  const cluster = (await kube.create({
    ...sample,
    metadata: { name: "demo", namespace: home },
    spec: { ...sample.spec, pullSecret: { name: "pull" }, pausedUntil: "true", infraID: "demo-x", platform },
  } as Resource)) as HostedCluster;
  const history = [
    { state: "Completed", image: "i", version: "1.34.4", startedTime: "2026-01-01T00:00:00Z", verified: false },
  ];
  const version = {
    desired: { image: "i", version: "1.34.4" },
    history,
    observedGeneration: 1,
    availableUpdates: null,
  };
  await kube.patch(HostedCluster, "demo", home, { status: { version } }, { subresource: "status" });
  const secret = (namespace: string, name: string, data: Record<string, string>) =>
    kube.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, data });
  await secret(home, "pull", { ".dockerconfigjson": base64("{}") });
  await secret(plane, "root-ca", { "ca.crt": base64(authority.certificate), "ca.key": base64(authority.key) });
  const signers = { "root-ca": { fingerprints: [fingerprintOf(authority.certificate)] } };
  const files = { "durable-record": { signers: JSON.stringify(signers) }, "etcd-members": { "etcd-0": "new x" } };
  for (const [name, data] of Object.entries(files)) {
    await kube.apply<ConfigMap>(
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: plane }, data },
      { fieldManager: "durable-record" },
    );
  }
  const hcp = await kube.create<HostedControlPlane>({
    apiVersion: HostedControlPlane.apiVersion,
    kind: HostedControlPlane.kind,
    metadata: { name: "demo", namespace: plane },
    spec: aSpec(),
  });
  const planeStatus = { ready: true, initialized: true, controlPlaneEndpoint: endpoint };
  await kube.patch(HostedControlPlane, "demo", plane, { status: planeStatus }, { subresource: "status" });
  await kube.create<Cluster>({
    apiVersion: Cluster.apiVersion,
    kind: "Cluster",
    metadata: { name: "demo-x", namespace: plane, finalizers: ["cluster.cluster.x-k8s.io"] },
    spec: { controlPlaneRef: { apiGroup: "hypershift.openshift.io", kind: "HostedControlPlane", name: "demo" } },
  } as Cluster);
  const machineSpec = {
    clusterName: "demo-x",
    bootstrap: { dataSecretName: "user-data" },
    infrastructureRef: { apiGroup: "capi-provider.agent-install.openshift.io", kind: "AgentMachine", name: "m" },
    providerID: "agent://h",
  };
  const machine = await kube.create<Machine>({
    apiVersion: Machine.apiVersion,
    kind: "Machine",
    metadata: { name: "m", namespace: plane },
    spec: machineSpec,
  } as Machine);
  const agentMachine = await kube.create<AgentMachine>({
    apiVersion: AgentMachine.apiVersion,
    kind: "AgentMachine",
    metadata: { name: "m", namespace: plane, ownerReferences: [ownerReference(machine, Machine)] },
    spec: { providerID: "agent://h" },
  } as AgentMachine);
  const machineStatus = {
    ready: true,
    agentRef: { name: "h", namespace: hosts },
    initialization: { provisioned: true },
  };
  await kube.patch(AgentMachine, "m", plane, { status: machineStatus }, { subresource: "status" });
  await kube.create<Agent>({
    apiVersion: Agent.apiVersion,
    kind: "Agent",
    metadata: {
      name: "h",
      namespace: hosts,
      annotations: { "agent-install.openshift.io/taken-by": agentMachine.metadata?.uid ?? "" },
      ownerReferences: [{ apiVersion: "v1", kind: "InfraEnv", name: "rack", uid: "of-no-backup" }],
    },
    spec: { approved: true, clusterDeploymentName: { name: "demo", namespace: plane } },
  } as Agent);
  await kube.create<Agent>({
    apiVersion: Agent.apiVersion,
    kind: "Agent",
    metadata: { name: "free", namespace: hosts },
    spec: { approved: true },
  } as Agent);
  const { apiVersion, kind } = HostedCluster;
  const found = (await kube.get(HostedCluster, "demo", home)) as HostedCluster;
  const objects = await collectObjects(kube, { ...found, apiVersion, kind }, signal);
  expect(hcp.metadata?.uid).toBeTruthy();

  await lose(Agent, hosts, "h");
  for (const each of [...recordedKinds, Secret, ConfigMap] as Kind[]) await lose(each, plane);
  if (!stays) await lose(HostedCluster, home);
  await loseNamespace(plane);
  return { home, plane, hosts, objects, ...(await stored(home, objects, cluster)) };
}

async function lose(kind: Kind, namespace: string, name?: string): Promise<void> {
  for (const { metadata } of await administrator.list(kind, { namespace })) {
    const each = metadata?.name ?? "";
    if (name && name !== each) continue;
    await administrator.delete(kind, each, namespace);
    await administrator.patch(kind, each, namespace, { metadata: { finalizers: null } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    await waitForGone(administrator, kind, each, { namespace });
  }
}

async function loseNamespace(name: string): Promise<void> {
  await administrator.delete(Namespace, name);
  await finalize(name);
  await waitForGone(administrator, Namespace, name);
}

async function finalize(name: string): Promise<void> {
  const body = { ...(await administrator.get(Namespace, name)), spec: { finalizers: [] } };
  await administrator.request("PUT", `/api/v1/namespaces/${name}/finalize`, { body });
}

/** Puts a backup with these objects into a location, and gives what runs the program on it. */
async function stored(
  home: string,
  objects: Recorded[],
  cluster: HostedCluster,
): Promise<Pick<Lost, "location" | "run">> {
  const folder = await mkdtemp(join(tmpdir(), "roost-objects-"));
  folders.push(folder);
  const text = JSON.stringify(objects);
  const part = {
    key: "1.objects.json",
    sha256: createHash("sha256").update(text).digest("hex"),
    bytes: text.length,
    encrypted: false,
  };
  const manifest = {
    version: 1,
    backup: { name: "b", uid: "u" },
    cluster: { namespace: home, name: "demo", uid: cluster.metadata?.uid },
    parts: [part],
    etcd: {},
  };
  const path = `${home}/demo/b`;
  const store = volumeStore(folder);
  const chunks = async function* (content: string) {
    yield Buffer.from(content);
  };
  await store.put(`${path}/1.objects.json`, chunks(text), { signal });
  await store.put(`${path}/manifest.json`, chunks(JSON.stringify(manifest)), { signal });
  const location = JSON.stringify({ volume: { claimName: "backups" } });
  const restore = await administrator.create<Restore>({
    apiVersion: Restore.apiVersion,
    kind: Restore.kind,
    metadata: { name: "r", namespace: home },
    spec: { clusterName: "demo", from: { locationName: "l", path } },
  });
  const run: Lost["run"] = async (step, changes = {}) => {
    await runRestoreObjects({
      ...{ kube: maker, log: noLog, signal, namespace: home, name: "r", cluster: "demo", path, step, location },
      ...{ uid: restore.metadata?.uid ?? "", formerIsGone: true, files: { ...locationFiles, volume: folder } },
      ...changes,
    });
    return (await administrator.get(Restore, "r", home))?.status?.objects;
  };
  return { location, run };
}

test("a cluster of which nothing is left is there again as it was, and held", async () => {
  const { home, plane, hosts, run } = await lostCluster();
  expect(await run("Look")).toEqual({ step: "Look", count: expect.any(Number) });
  expect(await administrator.get(HostedCluster, "demo", home)).toBeUndefined();
  expect(await run("Make")).toEqual({ step: "Make", count: expect.any(Number) });

  const cluster = await administrator.get(HostedCluster, "demo", home);
  expect(cluster?.metadata?.annotations).toMatchObject({ "recovery.roost.dev/held": "everything" });
  expect(cluster?.spec.pausedUntil).toBeUndefined();
  expect(cluster?.status?.version?.history?.[0]).toMatchObject({ state: "Completed", version: "1.34.4" });
  expect((await administrator.get(Cluster, "demo-x", plane))?.spec.paused).toBe(true);
  expect((await administrator.get(HostedControlPlane, "demo", plane))?.status).toMatchObject({ initialized: true });
  const [machine, agentMachine, agent] = await Promise.all([
    administrator.get(Machine, "m", plane),
    administrator.get(AgentMachine, "m", plane),
    administrator.get(Agent, "h", hosts),
  ]);
  expect(agentMachine?.metadata?.ownerReferences).toMatchObject([{ kind: "Machine", uid: machine?.metadata?.uid }]);
  expect(agentMachine?.status).toMatchObject({ ready: true, agentRef: { name: "h", namespace: hosts } });
  expect(agent?.metadata?.annotations?.["agent-install.openshift.io/taken-by"]).toBe(agentMachine?.metadata?.uid);
  // Its InfraEnv is in no backup: with that as an owner it would be taken away.
  expect(agent?.metadata?.ownerReferences).toBeUndefined();
  const record = await administrator.get(ConfigMap, "durable-record", plane);
  expect(record?.data?.signers).toContain(fingerprintOf(authority.certificate));
  expect(record?.metadata?.managedFields?.map(({ manager }) => manager)).toEqual(["durable-record"]);
  expect(await administrator.get(ConfigMap, "etcd-members", plane)).toBeUndefined();

  const uid = cluster?.metadata?.uid;
  expect(await run("Make")).toMatchObject({ step: "Make" });
  expect((await administrator.get(HostedCluster, "demo", home))?.metadata?.uid).toBe(uid);
}, 120_000);

test.each([false, true])(
  "what was made goes again and nothing else, where the HostedCluster was there: %s",
  async (stays) => {
    const { home, plane, hosts, run } = await lostCluster({ stays });
    const before = (await administrator.get(HostedCluster, "demo", home))?.metadata?.uid;
    // Its own management cluster tells that the control plane is gone: nobody has to answer for that.
    // The same where what made some of it has died, and all is done again.
    for (const _ of ["first", "second"]) {
      expect(await run("Make", { formerIsGone: !stays })).not.toHaveProperty("problem");
    }
    const held = await administrator.get(HostedCluster, "demo", home);
    expect(held?.metadata?.annotations).toMatchObject({ "recovery.roost.dev/held": "everything" });
    if (stays) expect(held?.metadata?.uid).toBe(before);
    await administrator.create<Secret>({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "other", namespace: home },
    });
    await administrator.patch(AgentMachine, "m", plane, { metadata: { finalizers: ["example.com/deprovision"] } });
    expect(await removed(run, plane)).toMatchObject({ step: "Remove", count: expect.any(Number) });
    const cluster = await administrator.get(HostedCluster, "demo", home);
    expect(cluster?.metadata?.uid).toBe(before);
    expect(Object.keys(cluster?.metadata?.annotations ?? {}).join()).not.toContain("recovery.roost.dev/held");
    const left = await Promise.all([
      administrator.get(Namespace, plane),
      administrator.get(Agent, "h", hosts),
      administrator.get(AgentMachine, "m", plane),
    ]);
    expect(left).toEqual([undefined, undefined, undefined]);
    const kept = await Promise.all([
      administrator.get(Secret, "other", home),
      // The user's own, which said the same: it was there before.
      administrator.get(Secret, "pull", home),
      administrator.get(Agent, "free", hosts),
    ]);
    expect(kept.map((each) => each?.metadata?.name)).toEqual(["other", "pull", "free"]);
  },
  120_000,
);

/** Takes back what was made. Somebody has to empty the namespace. */
async function removed(run: Lost["run"], plane: string): Promise<unknown> {
  const emptied = (async () => {
    await waitForGone(administrator, HostedControlPlane, "demo", { namespace: plane, timeoutMs: 60_000 });
    await waitFor(administrator, Namespace, plane, isBeingDeleted, { timeoutMs: 60_000 });
    await finalize(plane);
  })();
  const [told] = await Promise.all([run("Remove", { location: undefined, path: "" }), emptied]);
  return told;
}

test("another cluster that was given the name meanwhile is neither held nor let go with what is removed", async () => {
  const { home, plane, run } = await lostCluster();
  expect(await run("Make")).not.toHaveProperty("problem");
  const { metadata: _, status: __, ...made } = (await administrator.get(HostedCluster, "demo", home)) as HostedCluster;
  await lose(HostedCluster, home);
  const annotations = { "recovery.roost.dev/held": "machines", "recovery.roost.dev/held-by": "another restore" };
  const { apiVersion, kind } = HostedCluster;
  const other = await administrator.create<HostedCluster>({
    ...made,
    apiVersion,
    kind,
    metadata: { name: "demo", namespace: home, annotations },
  });
  expect(await removed(run, plane)).not.toHaveProperty("problem");
  const { uid, resourceVersion } = other.metadata ?? {};
  expect((await administrator.get(HostedCluster, "demo", home))?.metadata).toMatchObject({ uid, resourceVersion });
}, 120_000);

test("what is already there and is something else is named, and not written over", async () => {
  const { home, plane, run } = await lostCluster();
  await administrator.patch(Secret, "pull", home, { metadata: { finalizers: null } });
  await lose(Secret, home, "pull");
  const data = { ".dockerconfigjson": base64('{"auths":{}}') };
  await administrator.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull", namespace: home },
    data,
  });
  await administrator.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: plane } });
  for (const step of ["Look", "Make"]) {
    expect(await run(step)).toMatchObject({ step, problem: expect.stringContaining(plane) });
  }
  const told = (await run("Look")) as { problem: string };
  expect(told.problem).toContain(`Secret ${home}/pull`);
  expect((await administrator.get(Secret, "pull", home))?.data).toEqual(data);
  expect(await administrator.get(HostedCluster, "demo", home)).toBeUndefined();
  expect(await administrator.get(NodePool, "demo", home)).toBeUndefined();
}, 120_000);

test("nobody's hosts are given away, and where their namespace is made again they are the cluster's again", async () => {
  const { plane, hosts, run } = await lostCluster();
  await lose(RoleBinding, hosts);
  for (const step of ["Look", "Make"]) {
    expect(await run(step)).toMatchObject({ problem: expect.stringContaining(`namespace ${hosts} does not let`) });
  }
  expect(await administrator.get(Namespace, plane)).toBeUndefined();
  await lose(Agent, hosts);
  await loseNamespace(hosts);
  expect(await run("Make")).not.toHaveProperty("problem");
  expect(await administrator.list(RoleBinding, { namespace: hosts })).toHaveLength(1);
  expect((await administrator.get(Agent, "h", hosts))?.spec.clusterDeploymentName?.namespace).toBe(plane);
}, 120_000);

test("nothing is made while the former control plane answers, or nobody knows whether it does", async () => {
  const profile = { commonName: "kube-apiserver", dnsNames: ["localhost"], usages: ["server" as const] };
  const { certificate, key } = issue(profile, authority, new Date());
  const former = createServer({ cert: certificate, key });
  endings.push(() => former.close());
  await new Promise<void>((resolve) => former.listen(0, "127.0.0.1", resolve));
  const { port } = former.address() as AddressInfo;
  const { home, run } = await lostCluster({ endpoint: { host: "localhost", port } });
  for (const formerIsGone of [true, false]) {
    for (const step of ["Look", "Make"]) {
      expect(await run(step, { formerIsGone })).toMatchObject({ problem: expect.stringContaining("still answers") });
    }
  }
  former.close();
  expect(await run("Look", { formerIsGone: false })).toMatchObject({
    problem: expect.stringContaining("--former-is-gone"),
  });
  expect(await administrator.get(HostedCluster, "demo", home)).toBeUndefined();
  expect(await run("Look")).not.toHaveProperty("problem");
}, 120_000);

test("a backup that was written over, or is of another cluster, is not restored from", async () => {
  const { home, objects, run } = await lostCluster();
  expect(await run("Look", { cluster: "other" })).toMatchObject({
    problem: expect.stringContaining(`is a backup of ${home}/demo`),
  });
  const binding = { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "kube-system" } };
  const facts = { apiVersion: "v1", kind: "Secret", name: "s", namespace: "kube-system", uid: "x", owners: [] };
  const { run: runOther } = await storedAgain(home, [...objects, { facts, object: binding }]);
  expect(await runOther("Make")).toMatchObject({ problem: expect.stringContaining("Secret kube-system/s") });
  expect(await administrator.get(Secret, "s", "kube-system")).toBeUndefined();
}, 120_000);

async function storedAgain(home: string, objects: Recorded[]) {
  await administrator.delete(Restore, "r", home);
  return stored(home, objects, { metadata: { uid: "u" } } as HostedCluster);
}
