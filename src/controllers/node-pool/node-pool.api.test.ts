import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentMachineTemplate } from "../../api/agent-machine-template.ts";
import { MachineDeployment, MachineHealthCheck, MachineSet } from "../../api/cluster-api.ts";
import { findCondition } from "../../api/condition.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { operatorPermissions } from "../../api/permissions.ts";
import type { IgnitionConfig } from "../../ignition/config.ts";
import { coreConfig, coreConfigLabel } from "../../ignition/core-config.ts";
import {
  type IgnitionReport,
  ignitionReportsName,
  ignitionStateLabel,
  indexEntry,
  tokenIndexName,
} from "../../ignition/token-index.ts";
import { expirationAnnotation, tokenSecretContent } from "../../ignition/token-secret.ts";
import { ConfigMap, type Namespace, Role, Secret } from "../../kube/kinds.ts";
import { noLog } from "../../kube/log.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { RegistryError } from "../../release/registry-error.ts";
import { release } from "../../release/release.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { type KStatus, kstatus } from "../../testing/kstatus.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { nodePoolController } from "./controller.ts";

const image = (version: string) => `registry.example/release:${version}`;
const stop = new AbortController();
let api: SharedApiServer;
let running: Promise<void>;
let clock = new Date("2030-01-01T00:00:00Z");
let tokens = 0;
/** Why the registry gives no answer, where it gives none. */
let silence: string | undefined;

beforeAll(async () => {
  api = await sharedApiServer("pools");
  await installCrds(api.kube, { clusterApi: true });
  await makeCluster("none", "None");
  await makeCluster("agent", "Agent");
  const options = {
    supportedVersions: ["1.34", "1.33"],
    allowedReleases: ["registry.example"],
    newToken: () => `token-${++tokens}`,
    readRelease: async ({ image: asked }: { image: string }) => {
      if (silence && !asked.endsWith("1.33.13")) throw new RegistryError("RegistryUnreachable", silence);
      if (asked.endsWith("missing"))
        throw Object.assign(new Error("The registry has no such image"), { reason: "ImageNotFound" });
      const version = asked.split(":")[1] ?? "";
      return release(asked, "sha256:0", {
        version,
        previous: [],
        metadata: {},
        images: { kubelet: "kubelet@sha256:1", pause: "pause@sha256:2" },
      });
    },
  };
  const controllers = [nodePoolController(options)];
  const own = await kubeWithRights({
    kube: api.kube,
    kubeconfig: api.kubeconfig,
    name: "operator",
    rules: operatorPermissions,
  });
  running = runControllers(controllers, { kube: own, log: noLog, signal: stop.signal, now: () => clock });
});

afterAll(async () => {
  stop.abort();
  await running;
});

/** A HostedCluster whose control plane has made everything that pools wait for. */
async function makeCluster(
  name: string,
  platform: "None" | "Agent",
  owner = `${api.namespace}/${name}`,
): Promise<void> {
  const { kube, namespace } = api;
  const plane = `${namespace}-${name}`;
  const encode = (text: string) => Buffer.from(text).toString("base64");
  await kube.create<Namespace>({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: plane, annotations: { [ownerAnnotation]: owner } },
  });
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "ignition-server", namespace: plane },
    data: { "ca.crt": encode("CA") },
  });
  const core = coreConfig({ clusterDNS: ["172.31.0.10"], clusterDomain: "cluster.local" });
  const labels = { [coreConfigLabel]: "true" };
  await kube.create<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "core", namespace: plane, labels },
    data: { config: JSON.stringify(core) },
  });
  const service = (each: string) => ({ service: each, servicePublishingStrategy: { type: "LoadBalancer" } });
  await kube.create({
    apiVersion: HostedCluster.apiVersion,
    kind: "HostedCluster",
    metadata: { name, namespace },
    spec: {
      release: { image: image("1.34.4") },
      infraID: `${name}-x`,
      clusterID: "11111111-2222-3333-4444-555555555555",
      pullSecret: { name: "pull" },
      platform: platform === "Agent" ? { type: platform, agent: { agentNamespace: namespace } } : { type: platform },
      etcd: { managementType: "Managed", managed: { storage: { type: "PersistentVolume" } } },
      networking: {},
      services: ["APIServer", "OAuthServer", "Konnectivity", "Ignition"].map(service),
    },
  } as unknown as HostedCluster);
  const time = "2030-01-01T00:00:00Z";
  const entry = {
    state: "Completed",
    image: image("1.34.4"),
    version: "1.34.4",
    startedTime: time,
    completionTime: time,
    verified: true,
  };
  const status = {
    ignitionEndpoint: "192.0.2.1:443",
    version: { desired: { image: image("1.34.4"), version: "1.34.4" }, history: [entry], observedGeneration: 1 },
  };
  await kube.patch(HostedCluster, name, namespace, { status }, { subresource: "status" });
}

async function makePool(
  name: string,
  cluster: "none" | "agent" | "b-c",
  spec: Partial<NodePool["spec"]> = {},
): Promise<void> {
  await api.kube.create({
    apiVersion: NodePool.apiVersion,
    kind: "NodePool",
    metadata: { name, namespace: api.namespace },
    spec: {
      clusterName: cluster,
      replicas: 1,
      release: { image: image("1.34.4") },
      platform: cluster === "none" ? { type: "None" } : { type: "Agent", agent: {} },
      management: { upgradeType: "Replace" },
      ...spec,
    },
  } as NodePool);
}

const planeOf = (cluster: string) => `${api.namespace}-${cluster}`;

/** Waits until a condition has this reason, and gives it. */
async function reasonOf(name: string, type: string, reason: string) {
  const has = ({ status }: NodePool) => findCondition(status?.conditions, type)?.reason === reason;
  const pool = await waitFor(api.kube, NodePool, name, has, {
    namespace: api.namespace,
    what: `have ${type}/${reason}`,
  });
  return findCondition(pool.status?.conditions, type);
}

async function secretsOf(cluster: string, pool: string, kind: "token" | "user-data"): Promise<Secret[]> {
  const all = await api.kube.list(Secret, { namespace: planeOf(cluster) });
  return all.filter(({ metadata }) => metadata?.name?.startsWith(`${kind}-${pool}-`));
}

/** Has the controller look at the pool again, at this time. */
async function lookAgain(name: string, at: string): Promise<void> {
  clock = new Date(at);
  await api.kube.patch(NodePool, name, api.namespace, { metadata: { annotations: { "test/look-again": at } } });
}

/** As the ignition server does it, in the ConfigMap that the control plane made for it. */
async function report(plane: string, secret: string, report: IgnitionReport): Promise<void> {
  await api.kube.apply<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: ignitionReportsName, namespace: planeOf(plane), labels: { [ignitionStateLabel]: "true" } },
    data: { [secret]: JSON.stringify(report) },
  });
}

async function onlyToken(cluster: string, pool: string): Promise<Secret> {
  const [secret, ...more] = await secretsOf(cluster, pool, "token");
  expect(more).toEqual([]);
  return secret as Secret;
}

const config = (text: string) =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "extra", namespace: api.namespace },
    data: { config: text },
  }) as ConfigMap;
const motd = (text: string) =>
  JSON.stringify({
    apiVersion: "machineconfiguration.openshift.io/v1",
    kind: "MachineConfig",
    metadata: { name: "99-motd" },
    spec: {
      config: {
        ignition: { version: "3.2.0" },
        storage: { files: [{ path: "/etc/motd", contents: { source: `data:,${text}` } }] },
      },
    },
  });

test("a pool without machines still has the user data that a machine joins with by hand", async () => {
  await makePool("hand", "none");
  expect((await reasonOf("hand", "Ready", "AsExpected"))?.message).toContain("join with the user data");
  const [userData] = await secretsOf("none", "hand", "user-data");
  const { ignition } = JSON.parse(
    Buffer.from(userData?.data?.value ?? "", "base64").toString("utf8"),
  ) as IgnitionConfig;
  const [source] = ignition.config?.merge ?? [];
  expect(source?.source).toBe("https://192.0.2.1:443/ignition");
  const { token } = tokenSecretContent(await onlyToken("none", "hand")) ?? {};
  expect(source?.httpHeaders?.[0]?.value).toBe(`Bearer ${Buffer.from(token ?? "").toString("base64")}`);
  const owners = (await api.kube.get(NodePool, "hand", api.namespace))?.metadata?.ownerReferences;
  expect(owners?.map(({ kind, name }) => `${kind}/${name}`)).toEqual(["HostedCluster/none"]);
});

test("a token is replaced after half its life, and stays good until the next time", async () => {
  const first = tokenSecretContent(await onlyToken("none", "hand"))?.token;
  const name = (await onlyToken("none", "hand")).metadata?.name ?? "";
  await lookAgain("hand", "2030-01-01T05:40:00Z");
  const rotated = await waitFor(api.kube, Secret, name, (secret) => tokenSecretContent(secret)?.token !== first, {
    namespace: planeOf("none"),
  });
  expect(tokenSecretContent(rotated)?.oldToken).toBe(first);
  const second = tokenSecretContent(rotated)?.token;
  await lookAgain("hand", "2030-01-01T11:20:00Z");
  const again = await waitFor(api.kube, Secret, name, (secret) => tokenSecretContent(secret)?.token !== second, {
    namespace: planeOf("none"),
  });
  expect(tokenSecretContent(again)?.oldToken).toBe(second);
});

test("what the ignition server says of the configuration reaches the pool's conditions", async () => {
  const name = (await onlyToken("none", "hand")).metadata?.name ?? "";
  await reasonOf("hand", "ReachedIgnitionEndpoint", "ignitionNotReached");
  await report("none", name, { reason: "AsExpected", message: "Payload generated successfully", reached: true });
  expect((await reasonOf("hand", "ReachedIgnitionEndpoint", "AsExpected"))?.status).toBe("True");
  expect((await reasonOf("hand", "ValidGeneratedPayload", "AsExpected"))?.status).toBe("True");
});

test("that a machine has fetched the configuration is not forgotten with what the ignition server said", async () => {
  await api.kube.delete(ConfigMap, ignitionReportsName, planeOf("none"));
  expect((await reasonOf("hand", "ValidGeneratedPayload", "WaitingForAvailable"))?.status).toBe("Unknown");
  expect((await reasonOf("hand", "ReachedIgnitionEndpoint", "AsExpected"))?.status).toBe("True");
});

test("the ignition server finds the pool's tokens by their digests, and may read their Secrets by name", async () => {
  const secret = await onlyToken("none", "hand");
  const name = secret.metadata?.name ?? "";
  const index = await waitFor(api.kube, ConfigMap, tokenIndexName, ({ data }) => data?.[name] !== undefined, {
    namespace: planeOf("none"),
  });
  expect(JSON.parse(index.data?.[name] ?? "")).toEqual(indexEntry(secret));
  expect(JSON.stringify(index)).not.toContain(tokenSecretContent(secret)?.token);
  const role = await api.kube.get(Role, "ignition-server-hand", planeOf("none"));
  expect(role?.rules).toEqual([{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: [name] }]);
});

test("a changed configuration gets a token of its own, and the former one runs out", async () => {
  const former = (await onlyToken("none", "hand")).metadata?.name ?? "";
  await api.kube.create(config(motd("hello")));
  await api.kube.patch(NodePool, "hand", api.namespace, { spec: { config: [{ name: "extra" }] } });
  const dated = ({ metadata }: Secret) => metadata?.annotations?.[expirationAnnotation] !== undefined;
  await waitFor(api.kube, Secret, former, dated, { namespace: planeOf("none") });
  const tokens = await secretsOf("none", "hand", "token");
  expect(tokens).toHaveLength(2);
  const present = tokens.find(({ metadata }) => metadata?.name !== former) as Secret;
  expect(tokenSecretContent(present)?.userConfigs.map(({ metadata }) => metadata.name)).toEqual(["99-motd"]);
  await lookAgain("hand", "2030-01-01T13:30:00Z");
  await waitForGone(api.kube, Secret, former, { namespace: planeOf("none") });
  await waitForGone(api.kube, Secret, former.replace("token-", "user-data-"), { namespace: planeOf("none") });
});

test("a change of the content of a named ConfigMap is noticed", async () => {
  const before = (await onlyToken("none", "hand")).metadata?.name ?? "";
  await api.kube.patch(ConfigMap, "extra", api.namespace, { data: { config: motd("good%20day") } });
  const dated = ({ metadata }: Secret) => metadata?.annotations?.[expirationAnnotation] !== undefined;
  await waitFor(api.kube, Secret, before, dated, { namespace: planeOf("none") });
});

test.each([
  ["is no YAML", "a: [", "is not YAML"],
  ["is of another kind", "kind: Deployment\nmetadata: {name: a}", "takes MachineConfig"],
])("a configuration that %s is refused, with its place", async (_, text, expected) => {
  await api.kube.patch(ConfigMap, "extra", api.namespace, { data: { config: text } });
  const has = ({ status }: NodePool) =>
    findCondition(status?.conditions, "ValidMachineConfig")?.message?.includes(expected) ?? false;
  const pool = await waitFor(api.kube, NodePool, "hand", has, {
    namespace: api.namespace,
    what: `say that it ${expected}`,
  });
  expect(findCondition(pool.status?.conditions, "ValidMachineConfig")?.message).toContain("ConfigMap extra");
  expect(findCondition(pool.status?.conditions, "Ready")?.status).toBe("False");
});

test("an update of the control plane leaves the pool's nodes as they are, one of the pool takes its part along", async () => {
  const coreOf = async () => {
    const present = await api.kube.get(ConfigMap, "core", planeOf("none"));
    return present?.data?.config;
  };
  await makePool("pinned", "none");
  await reasonOf("pinned", "ValidMachineConfig", "AsExpected");
  const token = async () => tokenSecretContent(await onlyToken("none", "pinned"));
  await waitFor(api.kube, NodePool, "pinned", ({ status }) => status?.version === "1.34.4", {
    namespace: api.namespace,
  });
  const name = (await onlyToken("none", "pinned")).metadata?.name ?? "";
  const before = await coreOf();
  expect((await token())?.core).toEqual({ core: before });
  const after = JSON.stringify(coreConfig({ clusterDNS: ["172.31.0.53"], clusterDomain: "cluster.local" }));
  await api.kube.patch(ConfigMap, "core", planeOf("none"), { data: { config: after } });
  try {
    // Shows that the pool was looked at after that.
    await api.kube.patch(NodePool, "pinned", api.namespace, { spec: { nodeLabels: { looked: "again" } } });
    await waitFor(api.kube, Secret, name, (secret) => tokenSecretContent(secret)?.pool.labels?.looked === "again", {
      namespace: planeOf("none"),
    });
    expect((await token())?.core).toEqual({ core: before });
    await api.kube.patch(NodePool, "pinned", api.namespace, { spec: { release: { image: image("1.33.13") } } });
    await waitFor(api.kube, NodePool, "pinned", ({ status }) => status?.version === "1.33.13", {
      namespace: api.namespace,
    });
    const contents = (await secretsOf("none", "pinned", "token")).map(tokenSecretContent);
    expect(contents.find((each) => each?.releaseVersion === "1.33.13")?.core).toEqual({ core: after });
  } finally {
    await api.kube.patch(ConfigMap, "core", planeOf("none"), { data: { config: before } });
  }
});

test("a release that is not there, or is newer than the cluster's, is refused", async () => {
  await makePool("release", "none", { release: { image: "registry.example/release:missing" } });
  expect((await reasonOf("release", "ValidReleaseImage", "NotFound"))?.status).toBe("False");
  await api.kube.patch(NodePool, "release", api.namespace, { spec: { release: { image: image("1.34.5") } } });
  expect((await reasonOf("release", "ValidReleaseImage", "ValidationFailed"))?.message).toContain(
    "update the cluster first",
  );
  await api.kube.patch(NodePool, "release", api.namespace, { spec: { release: { image: image("1.33.13") } } });
  expect((await reasonOf("release", "ValidReleaseImage", "AsExpected"))?.status).toBe("True");
});

test("a registry that does not answer says nothing about a release: the last verdict stays, or there is none yet", async () => {
  await makePool("kept", "none");
  expect((await reasonOf("kept", "ValidReleaseImage", "AsExpected"))?.status).toBe("True");
  const lookAgain = () =>
    api.kube.patch(NodePool, "kept", api.namespace, { metadata: { annotations: { "test/look": String(silence) } } });
  try {
    silence = "The registry cannot be reached";
    await lookAgain();
    expect(await reasonOf("kept", "ValidReleaseImage", "CachedRelease")).toMatchObject({
      status: "True",
      message: expect.stringContaining(silence),
    });
    expect((await reasonOf("kept", "Ready", "RegistryUnreachable"))?.status).toBe("Unknown");
    await makePool("unread", "none");
    expect(await reasonOf("unread", "ValidReleaseImage", "RegistryUnreachable")).toMatchObject({
      status: "Unknown",
      message: silence,
    });
  } finally {
    silence = undefined;
  }
  await lookAgain();
  expect((await reasonOf("kept", "ValidReleaseImage", "AsExpected"))?.status).toBe("True");
});

test("a pool of another platform than its cluster's, or of no cluster, says so", async () => {
  await makePool("mismatch", "none", { platform: { type: "Agent", agent: {} } });
  expect((await reasonOf("mismatch", "Ready", "PlatformMismatch"))?.message).toContain("make a pool of platform None");
  await makePool("orphan", "none", { clusterName: "nobody" });
  expect((await reasonOf("orphan", "Ready", "ClusterNotFound"))?.message).toContain("nobody");
});

test("a pool of upgradeType InPlace is a MachineSet, one of Replace a MachineDeployment", async () => {
  await makePool("stay", "agent", { management: { upgradeType: "InPlace" } });
  await makePool("swap", "agent", { management: { upgradeType: "Replace", autoRepair: true } });
  const namespace = planeOf("agent");
  const set = await waitFor(api.kube, MachineSet, "stay", () => true, { namespace });
  const deployment = await waitFor(api.kube, MachineDeployment, "swap", () => true, { namespace });
  expect(set.spec.template.spec).toMatchObject({
    version: "v1.34.4",
    infrastructureRef: { kind: "AgentMachineTemplate" },
  });
  expect(deployment.spec.rollout?.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
  expect(await api.kube.get(MachineDeployment, "stay", namespace)).toBeUndefined();
});

test("nodes are repaired where the pool asks for it, once the first machine fetched its configuration", async () => {
  const namespace = planeOf("agent");
  expect(await api.kube.get(MachineHealthCheck, "swap", namespace)).toBeUndefined();
  const name = (await onlyToken("agent", "swap")).metadata?.name ?? "";
  await report("agent", name, { reason: "AsExpected", message: "", reached: true });
  await waitFor(api.kube, MachineHealthCheck, "swap", () => true, { namespace });
  await api.kube.patch(NodePool, "swap", api.namespace, { spec: { management: { autoRepair: false } } });
  await waitForGone(api.kube, MachineHealthCheck, "swap", { namespace });
});

test("a paused pool is paused in Cluster API too, and goes on afterwards", async () => {
  const namespace = planeOf("agent");
  const isPaused = ({ metadata }: MachineDeployment) => metadata?.annotations?.["cluster.x-k8s.io/paused"] === "true";
  await api.kube.patch(NodePool, "swap", api.namespace, { spec: { pausedUntil: "true", replicas: 3 } });
  const paused = await waitFor(api.kube, MachineDeployment, "swap", isPaused, { namespace });
  expect(paused.spec.replicas).toBe(1);
  await reasonOf("swap", "ReconciliationActive", "ReconciliationPaused");
  await api.kube.patch(NodePool, "swap", api.namespace, { spec: { pausedUntil: "" } });
  await waitFor(api.kube, MachineDeployment, "swap", (each) => !isPaused(each) && each.spec.replicas === 3, {
    namespace,
  });
});

test("who knows only kstatus sees a pool done, refused, waiting for its cluster's release, and deleted", async () => {
  const { kube, namespace } = api;
  const becomes = (wanted: KStatus) =>
    waitFor(kube, NodePool, "kstatus", (pool) => kstatus(pool) === wanted, {
      namespace,
      what: `be ${wanted} to kstatus`,
    });
  const release = (name: string) =>
    kube.patch(NodePool, "kstatus", namespace, { spec: { release: { image: image(name) } } });
  await makePool("kstatus", "agent");
  await becomes("InProgress");
  await kube.patch(NodePool, "kstatus", namespace, { spec: { replicas: 0 } });
  await becomes("Current");
  await release("missing");
  await becomes("Failed");
  // It is not the pool that has to change: its cluster may be on its way to that release.
  await release("1.34.5");
  await becomes("InProgress");
  await release("1.34.4");
  await becomes("Current");
  await kube.patch(NodePool, "kstatus", namespace, {
    metadata: { finalizers: ["hypershift.openshift.io/finalizer", "example.com/wait"] },
  });
  await kube.delete(NodePool, "kstatus", namespace);
  await becomes("Terminating");
  await waitFor(kube, NodePool, "kstatus", ({ metadata }) => metadata?.finalizers?.length === 1, {
    namespace,
    what: "be held by nobody else",
  });
  await kube.patch(NodePool, "kstatus", namespace, { metadata: { finalizers: null } });
});

test("a pool that goes leaves nothing behind", async () => {
  for (const name of ["swap", "stay"]) await api.kube.delete(NodePool, name, api.namespace);
  for (const name of ["swap", "stay"]) await waitForGone(api.kube, NodePool, name, { namespace: api.namespace });
  const namespace = planeOf("agent");
  expect(await api.kube.list(AgentMachineTemplate, { namespace })).toEqual([]);
  expect((await api.kube.list(Secret, { namespace })).map(({ metadata }) => metadata?.name)).toEqual([
    "ignition-server",
  ]);
});

test("a pool whose cluster's namespace is another cluster's touches nothing there, neither paused nor deleted", async () => {
  // The cluster "b-c" of this namespace would have the same control plane namespace as the cluster "c" of "<this>-b".
  const { kube, namespace } = api;
  const theirs = `${namespace}-b-c`;
  await makeCluster("b-c", "Agent", `${namespace}-b/c`);
  const infrastructureRef = { apiGroup: "a.example.com", kind: "A", name: "a" };
  const template = { spec: { clusterName: "c-x", bootstrap: { dataSecretName: "u" }, infrastructureRef } };
  const labels = { "hypershift.openshift.io/nodePool": "db" };
  const machines = await kube.create<MachineDeployment>({
    apiVersion: MachineDeployment.apiVersion,
    kind: "MachineDeployment",
    metadata: {
      name: "db",
      namespace: theirs,
      labels,
      annotations: { "hypershift.openshift.io/nodePool": `${namespace}-b/db` },
    },
    spec: {
      clusterName: "c-x",
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, ...template },
    },
  } as unknown as MachineDeployment);
  await makePool("db", "b-c", { platform: { type: "Agent", agent: {} }, pausedUntil: "true" });
  await reasonOf("db", "Ready", "NamespaceNotOwned");
  await kube.patch(NodePool, "db", namespace, { spec: { pausedUntil: null } });
  await kube.delete(NodePool, "db", namespace);
  await waitForGone(kube, NodePool, "db", { namespace });
  const after = await kube.get(MachineDeployment, "db", theirs);
  expect(after?.metadata?.resourceVersion).toBe(machines.metadata?.resourceVersion);
  expect(await secretsOf("b-c", "db", "token")).toEqual([]);
});

test("what carries a pool's name and was not made for it is neither paused nor deleted with it", async () => {
  const { kube, namespace } = api;
  const inside = planeOf("agent");
  await makePool("name", "agent");
  const ours = await waitFor(kube, MachineDeployment, "name", () => true, { namespace: inside });
  const { spec } = ours;
  // In place of the pool's own MachineSet, which a pool of Replace does not have.
  const set = await kube.create<MachineSet>({
    apiVersion: MachineSet.apiVersion,
    kind: "MachineSet",
    metadata: {
      name: "name",
      namespace: inside,
      annotations: { "hypershift.openshift.io/nodePool": "elsewhere/name" },
    },
    spec: { clusterName: spec.clusterName, replicas: 0, selector: spec.selector, template: spec.template },
  } as MachineSet);
  await kube.patch(NodePool, "name", namespace, { spec: { pausedUntil: "true" } });
  await waitFor(
    kube,
    MachineDeployment,
    "name",
    ({ metadata }) => metadata?.annotations?.["cluster.x-k8s.io/paused"] === "true",
    { namespace: inside },
  );
  await kube.delete(NodePool, "name", namespace);
  await waitForGone(kube, NodePool, "name", { namespace });
  expect(await kube.get(MachineDeployment, "name", inside)).toBeUndefined();
  const after = await kube.get(MachineSet, "name", inside);
  expect(after?.metadata?.resourceVersion).toBe(set.metadata?.resourceVersion);
});
