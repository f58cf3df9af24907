import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Agent, approvalAnnotation, infraEnvLabel, releaseAnnotation } from "../../api/agent.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import { Cluster, Machine, MachineHealthCheck } from "../../api/cluster-api.ts";
import { findCondition, isTrue } from "../../api/condition.ts";
import { heldAnnotation } from "../../api/held.ts";
import { hostConsent } from "../../api/host-consent.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { InfraEnv } from "../../api/infra-env.ts";
import { NodePool } from "../../api/node-pool.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import {
  agentRegistrationPermissions,
  agentRegistrationSecrets,
  clusterApiPermissions,
  objectsPermissions,
  operatorPermissions,
} from "../../api/permissions.ts";
import { coreConfig, coreConfigLabel } from "../../ignition/core-config.ts";
import { ignitionReportsName, ignitionStateLabel } from "../../ignition/token-index.ts";
import { tokenSecretLabel } from "../../ignition/token-secret.ts";
import { isNotFound } from "../../kube/api-error.ts";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, type Namespace, Node, Pod, PodDisruptionBudget, Secret, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { Heartbeats } from "../../platforms/agent/heartbeats.ts";
import { serveHosts } from "../../platforms/agent/serve-hosts.ts";
import { capiCluster } from "../../platforms/capi-cluster.ts";
import { platformOf } from "../../platforms/index.ts";
import { contractReference } from "../../platforms/platform.ts";
import { collectObjects } from "../../recovery/backup/collect-objects.ts";
import { recordedKinds } from "../../recovery/backup/recorded-kinds.ts";
import { heldObjects } from "../../recovery/objects/held-objects.ts";
import { makeObjects } from "../../recovery/objects/make-objects.ts";
import { release } from "../../release/release.ts";
import { type ApiServer, startApiServer } from "../../testing/api-server.ts";
import { startClusterApiManager } from "../../testing/cluster-api-manager.ts";
import { FakeHost } from "../../testing/fake-host.ts";
import { fieldsOfOthers } from "../../testing/fields-of-others.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeconfigWithRights, kubeWithRights } from "../../testing/kube-with-rights.ts";
import { liveAndDie } from "../../testing/live-and-die.ts";
import { mortalKube } from "../../testing/mortal-kube.ts";
import { agentController } from "../agent/controller.ts";
import { agentClusterController } from "../agent-cluster/controller.ts";
import { agentMachineController } from "../agent-machine/controller.ts";
import { infraEnvController } from "../infra-env/controller.ts";
import { nodePoolController } from "./controller.ts";

// One story on one API server with the real Cluster API manager: hosts come, become nodes, go back, come again.

// Each wait in it is for several programs, one after the other.
vi.setConfig({ testTimeout: 300_000 });

const namespace = "clusters";
const controlPlane = "clusters-demo";
const hosts = "hosts";
const operator = "hypershift";
const poolKey = { namespace };

let server: ApiServer;
/** The operator's client, and that of the registration service, with the rights that each has. */
let operatorKube: Kube;
let registrationKube: Kube;
let manager: Awaited<ReturnType<typeof startClusterApiManager>>;
const stop = new AbortController();
const running: Promise<unknown>[] = [];
const fakeHosts: FakeHost[] = [];
const heartbeats = new Heartbeats(new Date());
/** How far the operator's clock is ahead. */
let aheadMs = 0;
const now = () => new Date(Date.now() + aheadMs);

beforeAll(async () => {
  server = await startApiServer();
  await installCrds(server.kube, { clusterApi: true });
  for (const name of [namespace, controlPlane, hosts, operator]) {
    const annotations: Record<string, string> = name === controlPlane ? { [ownerAnnotation]: `${namespace}/demo` } : {};
    await apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name, annotations } });
  }
  for (const each of hostConsent({ namespace: hosts, controlPlane })) await apply<Resource>(each);
  const { kube, kubeconfig } = server;
  operatorKube = await kubeWithRights({ kube, kubeconfig, name: "operator", rules: operatorPermissions });
  const rules = [...agentRegistrationPermissions, ...agentRegistrationSecrets];
  registrationKube = await kubeWithRights({ kube, kubeconfig, name: "agent-registration", rules });
  // With the rights that it is installed with, as the others: what it needs of Secrets and more shows in all that follows.
  const rights = { kube, kubeconfig, name: "cluster-api", rules: clusterApiPermissions };
  manager = await startClusterApiManager(await kubeconfigWithRights(rights));
  await makeCluster();
  await startOperator();
}, 180_000);

afterAll(async () => {
  stop.abort();
  await Promise.allSettled(running);
  await manager?.stop();
  await server?.stop();
});

function apply<R extends Resource>(object: R): Promise<R> {
  return server.kube.apply(object, { fieldManager: "test" });
}

/** What the hosted-cluster and control plane controllers would have made by now. */
async function makeCluster(): Promise<void> {
  const { kube } = server;
  const encode = (text: string) => Buffer.from(text).toString("base64");
  await apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull", namespace },
    data: { ".dockerconfigjson": encode("{}") },
  });
  const service = (name: string) => ({ service: name, servicePublishingStrategy: { type: "LoadBalancer" } });
  const spec = {
    release: { image: "registry.example/release:1.34.4" },
    infraID: "demo-x",
    clusterID: "11111111-2222-3333-4444-555555555555",
    pullSecret: { name: "pull" },
    platform: { type: "Agent", agent: { agentNamespace: hosts } },
    etcd: { managementType: "Managed", managed: { storage: { type: "PersistentVolume" } } },
    networking: {},
    services: ["APIServer", "OAuthServer", "Konnectivity", "Ignition"].map(service),
  };
  const cluster = await apply({
    apiVersion: HostedCluster.apiVersion,
    kind: "HostedCluster",
    metadata: { name: "demo", namespace },
    spec,
  } as unknown as HostedCluster);
  await kube.patch(
    HostedCluster,
    "demo",
    namespace,
    { status: { ignitionEndpoint: "192.0.2.1:443" } },
    { subresource: "status" },
  );
  const { release: _, ...planeSpec } = spec;
  await apply({
    apiVersion: HostedControlPlane.apiVersion,
    kind: "HostedControlPlane",
    metadata: { name: "demo", namespace: controlPlane },
    spec: {
      ...planeSpec,
      platform: { type: "None" },
      releaseImage: "r",
      issuerURL: "https://kubernetes.default.svc",
      dns: { baseDomain: "" },
      sshKey: { name: "" },
    },
  } as unknown as HostedControlPlane);
  await kube.patch(
    HostedControlPlane,
    "demo",
    controlPlane,
    { status: { ready: true, initialized: true, initialization: { controlPlaneInitialized: true } } },
    { subresource: "status" },
  );
  await apply<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "core", namespace: controlPlane, labels: { [coreConfigLabel]: "true" } },
    data: { config: JSON.stringify(coreConfig({ clusterDNS: ["172.31.0.10"], clusterDomain: "cluster.local" })) },
  });
  await apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "ignition-server", namespace: controlPlane },
    data: { "ca.crt": encode("CA") },
  });
  await apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    type: "cluster.x-k8s.io/secret",
    metadata: {
      name: "demo-x-kubeconfig",
      namespace: controlPlane,
      labels: { "cluster.x-k8s.io/cluster-name": "demo-x" },
    },
    data: { value: encode(server.kubeconfig) },
  });
  const { hostname, port } = new URL(server.server);
  const endpoint = { host: hostname, port: Number(port) };
  const infrastructure = platformOf("Agent").infrastructure?.({
    cluster,
    namespace: controlPlane,
    endpoint,
  }) as Resource;
  await apply(infrastructure);
  await apply(
    capiCluster({
      namespace: controlPlane,
      infraID: "demo-x",
      hostedControlPlane: "demo",
      infrastructure: contractReference(infrastructure),
      endpoint,
    }),
  );
}

let endControllers: () => Promise<void>;

function startControllers(): void {
  const end = new AbortController();
  const ended = live(operatorKube, AbortSignal.any([end.signal, stop.signal]));
  running.push(ended);
  endControllers = () => {
    end.abort();
    return ended;
  };
}

/** The operator's loops for pools and hosts, until the signal aborts. */
function live(kube: Kube, signal: AbortSignal): Promise<void> {
  const readRelease = async () =>
    release("registry.example/release:1.34.4", "sha256:0", {
      version: "1.34.4",
      previous: [],
      metadata: {},
      images: { kubelet: "registry.example/kubelet@sha256:1", pause: "registry.example/pause@sha256:2" },
    });
  const controllers = [
    nodePoolController({ readRelease, supportedVersions: ["1.34"], allowedReleases: ["*"] }),
    infraEnvController({ operatorNamespace: operator }),
    agentController({ heartbeats }),
    agentMachineController({ operatorNamespace: operator }),
    agentClusterController(),
  ];
  return runControllers(controllers, { kube, log: noLog, signal, now });
}

async function startOperator(): Promise<void> {
  const { kube } = server;
  startControllers();
  let listening: (port: number) => void = () => {};
  const port = new Promise<number>((resolve) => {
    listening = resolve;
  });
  running.push(
    serveHosts({
      kube: registrationKube,
      log: noLog,
      signal: stop.signal,
      namespace: operator,
      heartbeats,
      port: 0,
      now,
      onListening: listening,
    }),
  );
  await apply({
    apiVersion: InfraEnv.apiVersion,
    kind: "InfraEnv",
    metadata: { name: "rack", namespace: hosts, annotations: { [approvalAnnotation]: "keep" } },
    spec: { agentLabels: { rack: "one" } },
  } as InfraEnv);
  await waitFor(kube, Service, "agent-registration", () => true, { namespace: operator });
  // Nothing here gives addresses to Services.
  await kube.patch(
    Service,
    "agent-registration",
    operator,
    { status: { loadBalancer: { ingress: [{ ip: "127.0.0.1" }] } } },
    { subresource: "status" },
  );
  const infraEnv = await waitFor(kube, InfraEnv, "rack", ({ status }) => isTrue(status?.conditions, "ImageCreated"), {
    namespace: hosts,
  });
  const token = new URL(infraEnv.status?.bootArtifacts?.discoveryIgnitionURL ?? "").searchParams.get("token") ?? "";
  const secret = await kube.get(Secret, "agent-registration", operator);
  const ca = Buffer.from(secret?.data?.["ca.crt"] ?? "", "base64").toString("utf8");
  expect(new X509Certificate(Buffer.from(secret?.data?.["tls.crt"] ?? "", "base64")).checkIP("127.0.0.1")).toBe(
    "127.0.0.1",
  );
  for (const index of [1, 2, 3]) {
    fakeHosts.push(
      new FakeHost({
        url: `https://127.0.0.1:${await port}`,
        ca,
        namespace: hosts,
        infraEnv: "rack",
        token,
        id: `00000000-0000-0000-0000-00000000000${index}`,
        hostname: `host-${index}`,
        guest: kube,
        signal: stop.signal,
      }),
    );
  }
}

const hostOf = (index: number) => fakeHosts[index - 1] as FakeHost;

/** Says what there was when a wait ends in vain. */
async function explain(): Promise<string> {
  const { kube } = server;
  const [pools, machines, agentMachines, agents] = await Promise.all([
    kube.list(NodePool, { namespace }),
    kube.list(Machine, { namespace: controlPlane }),
    kube.list(AgentMachine, { namespace: controlPlane }),
    kube.list(Agent, { namespace: hosts }),
  ]);
  const status = [...pools, ...machines, ...agentMachines, ...agents].map(
    (each) => `${each.kind} ${each.metadata?.name} ${JSON.stringify(each.status)}`,
  );
  return [...status, await manager.log()].join("\n");
}

async function poolWhere(test: (pool: NodePool) => boolean, what: string): Promise<NodePool> {
  try {
    return await waitFor(server.kube, NodePool, "workers", test, { ...poolKey, timeoutMs: 120_000, what });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await explain()}`);
  }
}

const isReady = (replicas: number) => (pool: NodePool) =>
  pool.status?.replicas === replicas &&
  pool.metadata?.generation === pool.status?.conditions?.find(({ type }) => type === "Ready")?.observedGeneration &&
  isTrue(pool.status?.conditions, "Ready");

async function scale(replicas: number): Promise<void> {
  await server.kube.patch(NodePool, "workers", namespace, { spec: { replicas } });
}

test("a host registers and waits to be approved", async () => {
  running.push(hostOf(1).run(), hostOf(2).run());
  const agent = await waitFor(
    server.kube,
    Agent,
    hostOf(1).id,
    // What it has is written with its next call.
    ({ status }) => isTrue(status?.conditions, "Connected") && status?.inventory?.hostname === "host-1",
    { namespace: hosts },
  );
  expect(agent.metadata?.labels).toMatchObject({ [infraEnvLabel]: "rack", rack: "one" });
  expect(agent.status?.conditions?.find(({ type }) => type === "RequirementsMet")?.reason).toBe("AgentIsNotApproved");
});

test("a pool says how many hosts it lacks and what to do", async () => {
  await apply({
    apiVersion: NodePool.apiVersion,
    kind: "NodePool",
    metadata: { name: "workers", namespace },
    spec: {
      clusterName: "demo",
      replicas: 2,
      release: { image: "registry.example/release:1.34.4" },
      platform: { type: "Agent", agent: { agentLabelSelector: { matchLabels: { rack: "one" } } } },
      management: { upgradeType: "Replace" },
      nodeLabels: { "example.com/role": "db" },
    },
  } as unknown as NodePool);
  const pool = await poolWhere(
    ({ status }) => status?.conditions?.some(({ message }) => message.startsWith("2 more hosts")) ?? false,
    "lack two hosts",
  );
  const ready = pool.status?.conditions?.find(({ type }) => type === "Ready");
  expect(ready?.reason).toBe("NotEnoughHosts");
  expect(ready?.message).toContain("2 more hosts are wanted and 0 can be used");
  expect(ready?.message).toContain("Approve hosts");
});

test("a host that boots and cannot become a node says why, on its Agent and on the pool", async () => {
  const why = "ctr: failed to pull: x509: certificate signed by unknown authority";
  hostOf(2).nodeMessage = why;
  for (const index of [1, 2]) await server.kube.patch(Agent, hostOf(index).id, hosts, { spec: { approved: true } });
  const pool = await poolWhere(
    ({ status }) => status?.conditions?.some(({ message }) => message.includes(why)) ?? false,
    "repeat what the host says",
  );
  expect(pool.status?.conditions?.find(({ type }) => type === "AllMachinesReady")?.message).toContain(why);
  const agent = await server.kube.get(Agent, hostOf(2).id, hosts);
  expect(agent?.status?.progress).toMatchObject({ currentStage: "Configuring", progressInfo: why });
  hostOf(2).nodeMessage = "";
});

test("approved hosts become nodes", async () => {
  const expected = [
    "AutorepairEnabled",
    "AutoscalingEnabled",
    // No machine really fetched its configuration: there is no ignition server in this test.
    "ReachedIgnitionEndpoint",
    "UpdatingConfig",
    "UpdatingPlatformMachineTemplate",
    "UpdatingVersion",
  ].join();
  const areFalse = ({ status }: NodePool) =>
    (status?.conditions ?? []).filter((each) => each.status === "False").map(({ type }) => type);
  const pool = await poolWhere(
    (pool) => isReady(2)(pool) && areFalse(pool).sort().join() === expected,
    `have two ready nodes, and nothing False but ${expected}`,
  );
  expect(pool.status?.version).toBe("1.34.4");
  const machines = await server.kube.list(Machine, { namespace: controlPlane });
  expect(machines.map(({ status }) => status?.nodeRef?.name).sort()).toEqual(["host-1", "host-2"]);
  expect(machines[0]?.status?.addresses).toContainEqual({ type: "InternalIP", address: "192.0.2.10" });
  expect(machines[0]?.metadata?.labels).toMatchObject({ "managed.hypershift.openshift.io.example.com/role": "db" });
});

test("labels change on machines that are there, without another installation", async () => {
  await server.kube.patch(NodePool, "workers", namespace, {
    spec: { nodeLabels: { "example.com/role": null, zone: "a" } },
  });
  const [machine] = await server.kube.list(Machine, { namespace: controlPlane });
  const changed = await waitFor(
    server.kube,
    Machine,
    machine?.metadata?.name ?? "",
    ({ metadata }) => metadata?.labels?.["managed.hypershift.openshift.io.zone"] === "a",
    { namespace: controlPlane },
  );
  expect(changed.metadata?.labels).not.toHaveProperty(["managed.hypershift.openshift.io.example.com/role"]);
  expect(hostOf(1).installed.length + hostOf(2).installed.length).toBe(2);
});

/** As when a management cluster is lost: objects are gone, and nobody has acted on that. */
async function lose(kind: Kind, where: string): Promise<void> {
  const { kube } = server;
  for (const { metadata } of await kube.list(kind, { namespace: where })) {
    const name = metadata?.name ?? "";
    await kube.delete(kind, name, where);
    await kube.patch(kind, name, where, { metadata: { finalizers: null } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
    await waitForGone(kube, kind, name, { namespace: where });
  }
}

test("a cluster whose objects were lost is made again with its machines, whoever dies meanwhile, and no host is reset", async () => {
  const { kube, kubeconfig } = server;
  const signal = AbortSignal.any([stop.signal]);
  const identityOf = ({ metadata, spec, status }: Machine) => [metadata?.name, spec.providerID, status?.nodeRef?.name];
  const before = (await machines()).map(identityOf).sort();
  await endControllers();
  const { apiVersion, kind } = HostedCluster;
  const cluster = { ...(await kube.get(HostedCluster, "demo", namespace)), apiVersion, kind } as HostedCluster;
  const recorded = (await collectObjects(kube, cluster, signal)).filter(({ facts }) => facts.kind !== "Namespace");
  await kube.patch(Cluster, "demo-x", controlPlane, { spec: { paused: true } });
  await lose(Agent, hosts);
  for (const each of [...recordedKinds].reverse()) await lose(each, controlPlane);
  for (const each of [Secret, ConfigMap] as Kind[]) await lose(each, controlPlane);
  for (const each of [NodePool, HostedCluster] as Kind[]) await lose(each, namespace);

  // All that looks after machines is there from the first moment on.
  startControllers();
  const objects = heldObjects(recorded, { madeBy: "r1" });
  const maker = await kubeWithRights({ kube, kubeconfig, name: "recovery-objects", rules: objectsPermissions });
  const versions = new Map<string, string | undefined>();
  for (let deaths = 0; ; deaths++) {
    const mortal = mortalKube(maker, { last: 7, reachesServer: deaths % 2 === 0, versions });
    const life = makeObjects({ kube: mortal.kube, signal, objects, madeBy: "r1" });
    const end = await Promise.race([mortal.death, life]);
    await life.catch(() => {});
    if (typeof end === "number") break;
  }
  const capi = await kube.get(Cluster, "demo-x", controlPlane);
  expect(capi?.spec.paused).toBe(true);
  expect((await machines()).map(identityOf).sort()).toEqual(before);
  const pool = await poolWhere(
    ({ status }) => findCondition(status?.conditions, "ReconciliationActive")?.reason === "RestoreInProgress",
    "be held",
  );
  expect(pool.metadata?.ownerReferences?.map(({ uid }) => uid)).toEqual([
    (await kube.get(HostedCluster, "demo", namespace))?.metadata?.uid,
  ]);

  await kube.patch(HostedCluster, "demo", namespace, { metadata: { annotations: { [heldAnnotation]: null } } });
  // What the operator does with the Cluster, which is not among the controllers here.
  await kube.patch(Cluster, "demo-x", controlPlane, { spec: { paused: false } });
  await poolWhere(
    (each) =>
      isReady(2)(each) &&
      isTrue(each.status?.conditions, "AllMachinesReady") &&
      isTrue(each.status?.conditions, "ReconciliationActive"),
    "have the two nodes that it had",
  );
  expect((await machines()).map(identityOf).sort()).toEqual(before);
  expect(fakeHosts.slice(0, 2).map(({ phase, installed }) => [phase, installed.length])).toEqual([
    ["installed", 1],
    ["installed", 1],
  ]);
  const agents = await kube.list(Agent, { namespace: hosts });
  expect(
    agents.map(({ metadata, spec }) => [metadata?.annotations?.[releaseAnnotation], spec.clusterDeploymentName?.name]),
  ).toEqual([
    [undefined, "demo"],
    [undefined, "demo"],
  ]);
}, 180_000);

test("a host that is no longer needed is reset, and can be used again", async () => {
  await scale(1);
  await poolWhere(isReady(1), "have one node");
  const freed = await vi.waitFor(
    () => {
      const found = fakeHosts.slice(0, 2).find(({ phase }) => phase === "discovery");
      if (!found) throw new Error("Neither host has been reset");
      return found;
    },
    { timeout: 30_000 },
  );
  await waitFor(server.kube, Agent, freed.id, ({ status }) => status?.debugInfo?.state === "known-unbound", {
    namespace: hosts,
  });
  await waitForGone(server.kube, Node, `host-${freed.id.at(-1)}`);
  await scale(2);
  await poolWhere(isReady(2), "have two nodes again");
  expect(freed.installed).toHaveLength(2);
});

test("a changed configuration replaces nodes one after the other", async () => {
  running.push(hostOf(3).run());
  await waitFor(server.kube, Agent, hostOf(3).id, () => true, { namespace: hosts });
  await server.kube.patch(Agent, hostOf(3).id, hosts, { spec: { approved: true } });
  const installations = () => fakeHosts.reduce((sum, { installed }) => sum + installed.length, 0);
  const before = installations();
  await apply<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "motd", namespace },
    data: {
      config:
        "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\nmetadata:\n  name: 99-motd\nspec:\n  config:\n    ignition:\n      version: 3.2.0\n    storage:\n      files:\n      - path: /etc/motd\n        contents:\n          source: data:,hello\n",
    },
  });
  await server.kube.patch(NodePool, "workers", namespace, { spec: { config: [{ name: "motd" }] } });
  await poolWhere(({ status }) => isTrue(status?.conditions, "UpdatingConfig"), "be updating");
  await poolWhere((pool) => isReady(2)(pool) && !isTrue(pool.status?.conditions, "UpdatingConfig"), "be updated");
  expect(installations()).toBe(before + 2);
});

const machines = () => server.kube.list(Machine, { namespace: controlPlane });

/** Has the Node's condition Ready be this from now on. */
async function setReady(node: string, status: "True" | "Unknown"): Promise<void> {
  const { conditions = [] } = (await server.kube.get(Node, node))?.status ?? {};
  const ready = { type: "Ready", status, reason: "Test", message: "", lastTransitionTime: new Date().toISOString() };
  const others = conditions.filter(({ type }) => type !== "Ready");
  await server.kube.patch(
    Node,
    node,
    undefined,
    { status: { conditions: [...others, ready] } },
    { subresource: "status" },
  );
}

test("a machine whose kubelet died is replaced, and one whose kubelet was away for a moment is not", async () => {
  const { kube } = server;
  const tokens = await kube.list(Secret, { namespace: controlPlane, labels: { [tokenSecretLabel]: "true" } });
  const fetched = JSON.stringify({ reason: "AsExpected", message: "", reached: true });
  await apply<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: ignitionReportsName, namespace: controlPlane, labels: { [ignitionStateLabel]: "true" } },
    data: Object.fromEntries(tokens.map(({ metadata }) => [metadata?.name, fetched])),
  });
  await kube.patch(NodePool, "workers", namespace, {
    metadata: { annotations: { "hypershift.openshift.io/machine-health-check-timeout": "20s" } },
    spec: { management: { autoRepair: true } },
  });
  const healthy = (count: number) =>
    waitFor(kube, MachineHealthCheck, "workers", ({ status }) => status?.currentHealthy === count, {
      namespace: controlPlane,
      what: `count ${count} healthy machines`,
    });
  await healthy(2);
  const [blinking, dying] = (await machines()) as [Machine, Machine];
  const nodeOf = ({ status }: Machine) => status?.nodeRef?.name ?? "";
  await setReady(nodeOf(blinking), "Unknown");
  await setReady(nodeOf(dying), "Unknown");
  await healthy(0);
  await setReady(nodeOf(blinking), "True");
  await waitForGone(kube, Machine, dying.metadata?.name ?? "", { namespace: controlPlane, timeoutMs: 60_000 });
  await poolWhere(isReady(2), "have two ready nodes again");
  const left = await machines();
  expect(left.map(({ metadata }) => metadata?.uid)).toContain(blinking.metadata?.uid);
  expect(left.every(({ metadata }) => !metadata?.deletionTimestamp)).toBe(true);
  await kube.patch(NodePool, "workers", namespace, { spec: { management: { autoRepair: false } } });
  await waitForGone(kube, MachineHealthCheck, "workers", { namespace: controlPlane });
});

test("a node that a PodDisruptionBudget keeps is named with its pod, and goes when spec.nodeDrainTimeout has passed", async () => {
  const { kube } = server;
  const labels = { app: "web" };
  const nodes = await kube.list(Node);
  for (const { metadata } of nodes) {
    const name = `web-${metadata?.name}`;
    const spec = { nodeName: metadata?.name, containers: [{ name: "web", image: "web" }] };
    await kube.create<Pod>({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default", labels }, spec });
    // A budget is not asked for pods that are not ready anyway.
    const running = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    await kube.patch(Pod, name, "default", { status: running }, { subresource: "status" });
  }
  await kube.create<PodDisruptionBudget>({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "keep-web", namespace: "default" },
    spec: { minAvailable: 2, selector: { matchLabels: labels } },
  });
  const counts = { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2, expectedPods: 2 };
  const status = { observedGeneration: 1, ...counts };
  await kube.patch(PodDisruptionBudget, "keep-web", "default", { status }, { subresource: "status" });
  await scale(1);
  const held = await poolWhere(
    ({ status }) => findCondition(status?.conditions, "Ready")?.message.includes("keep-web") ?? false,
    "say what keeps a node",
  );
  const message = findCondition(held.status?.conditions, "Ready")?.message ?? "";
  expect(message).toContain("Pod default/web-host-");
  expect(message).toContain("end the wait with spec.nodeDrainTimeout");
  expect(await machines()).toHaveLength(2);
  const leaving = (await machines()).find(({ metadata }) => metadata?.deletionTimestamp);
  expect(leaving).toBeDefined();
  await kube.patch(NodePool, "workers", namespace, { spec: { nodeDrainTimeout: "1s" } });
  await waitForGone(kube, Machine, leaving?.metadata?.name ?? "", { namespace: controlPlane, timeoutMs: 60_000 });
  await poolWhere(
    (pool) => isReady(1)(pool) && !findCondition(pool.status?.conditions, "Ready")?.message,
    "have nothing more to say",
  );
  // It was not the pods that went.
  expect(await kube.list(Pod, { namespace: "default" })).toHaveLength(nodes.length);
  await kube.delete(PodDisruptionBudget, "keep-web", "default");
  for (const { metadata } of await kube.list(Pod, { namespace: "default" }))
    await kube.request("DELETE", `/api/v1/namespaces/default/pods/${metadata?.name}?gracePeriodSeconds=0`);
});

test("operators that die after every few changes scale a pool all the same, and no host is installed twice", async () => {
  const { kube } = server;
  await endControllers();
  const whatIsLeft = explain;
  const isScaled = (replicas: number) => async () => {
    const [pool, agents, all] = await Promise.all([
      kube.get(NodePool, "workers", namespace),
      kube.list(Agent, { namespace: hosts }),
      machines(),
    ]);
    const bound = agents.filter(({ spec }) => spec.clusterDeploymentName).length;
    return pool !== undefined && isReady(replicas)(pool) && bound === replicas && all.length === replicas;
  };
  const installations = () => fakeHosts.reduce((sum, { installed }) => sum + installed.length, 0);
  const before = installations();
  await scale(3);
  const deaths = await liveAndDie({ kube, live, isDone: isScaled(3), whatIsLeft });
  expect(deaths.length).toBeGreaterThan(3);
  expect(installations()).toBe(before + 2);
  await scale(1);
  const last = await liveAndDie({ kube, live, isDone: isScaled(1), whatIsLeft });
  expect(last.length).toBeGreaterThan(1);
  await expect.poll(() => fakeHosts.filter(({ phase }) => phase === "discovery").length, { timeout: 30_000 }).toBe(2);
  expect(await kube.list(AgentMachine, { namespace: controlPlane })).toHaveLength(1);
  startControllers();
});

test("a dead host does not keep its Machine, and is reset when it comes back", async () => {
  const { kube } = server;
  await scale(2);
  await poolWhere(isReady(2), "have two ready nodes");
  const dead = fakeHosts.find(({ phase }) => phase === "installed") as FakeHost;
  dead.losePower();
  aheadMs += 91_000;
  await kube.patch(Agent, dead.id, hosts, { metadata: { annotations: { "test/look-again": "now" } } });
  await waitFor(kube, Agent, dead.id, ({ status }) => !isTrue(status?.conditions, "Connected"), {
    namespace: hosts,
    what: "not be connected",
  });
  const machine = (await machines()).find(({ status }) => status?.nodeRef?.name === `host-${dead.id.at(-1)}`);
  await kube.delete(Machine, machine?.metadata?.name ?? "", controlPlane);
  await waitForGone(kube, Machine, machine?.metadata?.name ?? "", { namespace: controlPlane, timeoutMs: 60_000 });
  await poolWhere(isReady(2), "have two ready nodes without the dead host");
  // Whatever runs on it is not taken for a free host.
  const isUnbinding = ({ status }: Agent) => status?.debugInfo?.state === "unbinding";
  const given = await waitFor(kube, Agent, dead.id, isUnbinding, { namespace: hosts, what: "be unbinding" });
  expect(given.spec.clusterDeploymentName).toBeUndefined();
  expect(dead.phase).toBe("installed");
  dead.regainPower();
  await expect.poll(() => dead.phase, { timeout: 30_000 }).toBe("discovery");
  await waitFor(kube, Agent, dead.id, ({ status }) => status?.debugInfo?.state === "known-unbound", {
    namespace: hosts,
  });
});

test("no controller owns a field of a spec that its user set", async () => {
  const { kube } = server;
  const objects = [
    ...(await kube.list(NodePool, { namespace })),
    ...(await kube.list(HostedCluster, { namespace })),
    ...(await kube.list(InfraEnv, { namespace: hosts })),
    ...(await kube.list(Agent, { namespace: hosts })),
  ];
  expect(objects).toHaveLength(6);
  expect(objects.flatMap((object) => fieldsOfOthers(object, "test"))).toEqual([]);
});

test("a pool that goes takes its machines along and leaves its hosts free", async () => {
  await server.kube.delete(NodePool, "workers", namespace);
  await waitForGone(server.kube, NodePool, "workers", { ...poolKey, timeoutMs: 60_000 });
  expect(await server.kube.list(Machine, { namespace: controlPlane })).toEqual([]);
  const agents = await server.kube.list(Agent, { namespace: hosts });
  expect(agents.filter(({ spec }) => spec.clusterDeploymentName)).toEqual([]);
  const left = await server.kube.list(Secret, { namespace: controlPlane });
  expect(left.map(({ metadata }) => metadata?.name).sort()).toEqual(["demo-x-kubeconfig", "ignition-server"]);
});

test("Cluster API's manager was refused nothing of all that it asked for", async () => {
  const lines = (await manager.log(Infinity)).split("\n");
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => line.includes("forbidden"))).toEqual([]);
});
