import { beforeAll, expect, test } from "vitest";
import {
  Agent,
  agentMachineLabel,
  approvalAnnotation,
  credentialAnnotation,
  infraEnvLabel,
  installationAnnotation,
  installedAnnotation,
  releaseAnnotation,
  releasedCredentialAnnotation,
} from "../../api/agent.ts";
import type { AgentCluster } from "../../api/agent-cluster.ts";
import { AgentMachine, architectureAnnotation, releaseHostAnnotation } from "../../api/agent-machine.ts";
import { Cluster, clusterApiVersion } from "../../api/cluster-api.ts";
import { hostConsent } from "../../api/host-consent.ts";
import { InfraEnv } from "../../api/infra-env.ts";
import { operatorPermissions } from "../../api/permissions.ts";
import type { Context, Wait } from "../../kube/controller.ts";
import { type Namespace, RoleBinding } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { bindAgent } from "./bind-agent.ts";
import { pauseOf } from "./pause-of.ts";
import { releaseAgent } from "./release-agent.ts";

let api: SharedApiServer;
let operator: Kube;
const apiVersion = AgentMachine.apiVersion;

beforeAll(async () => {
  api = await sharedApiServer("machines");
  await installCrds(api.kube, { clusterApi: true });
  const { kube, kubeconfig, namespace } = api;
  operator = await kubeWithRights({ kube, kubeconfig, name: "operator", rules: operatorPermissions });
  const reference = { apiGroup: "capi-provider.agent-install.openshift.io", kind: "AgentCluster", name: "demo" };
  await kube.create<Cluster>({
    apiVersion: clusterApiVersion,
    kind: "Cluster",
    metadata: { name: "demo-x", namespace },
    spec: { infrastructureRef: reference },
  });
  await kube.create<AgentCluster>({
    apiVersion,
    kind: "AgentCluster",
    metadata: { name: "demo", namespace },
    spec: { agentNamespace: namespace },
  });
  await kube.create<InfraEnv>({
    apiVersion: InfraEnv.apiVersion,
    kind: "InfraEnv",
    metadata: { name: "rack", namespace },
    spec: {},
  });
  await consent();
});

async function consent(): Promise<void> {
  const { kube, namespace } = api;
  for (const each of hostConsent({ namespace, controlPlane: namespace })) await kube.apply(each);
}

const context = (kube: Kube = operator): Context =>
  ({ kube, log: noLog, signal: new AbortController().signal, now: () => new Date() }) as Context;

async function machine(name: string): Promise<AgentMachine> {
  const metadata = { name, namespace: api.namespace, labels: { "cluster.x-k8s.io/cluster-name": "demo-x" } };
  return api.kube.create<AgentMachine>({ apiVersion, kind: "AgentMachine", metadata, spec: {} });
}

async function freeAgent(name: string): Promise<Agent> {
  await api.kube.create<Agent>({
    apiVersion: Agent.apiVersion,
    kind: "Agent",
    metadata: {
      name,
      namespace: api.namespace,
      labels: { [infraEnvLabel]: "rack" },
      annotations: { [credentialAnnotation]: "digest" },
    },
    spec: { approved: true },
  });
  const lastTransitionTime = "2030-01-01T00:00:00Z";
  const conditions = [
    { type: "Connected", status: "True", reason: "AgentIsConnected", message: "", lastTransitionTime },
  ];
  return api.kube.patch(
    Agent,
    name,
    api.namespace,
    { status: { phase: "discovery", conditions } },
    { subresource: "status" },
  );
}

const nameOf = (outcome: Agent | Wait) => ("reason" in outcome ? outcome.reason : outcome.metadata?.name);

/** A client whose lists are those of a moment ago: what two operators that look at the same time see. */
async function staleKube(): Promise<Kube> {
  const agents = await operator.list(Agent, { namespace: api.namespace });
  const list = ((kind: unknown, options?: { labels?: object }) =>
    kind === Agent && !options?.labels
      ? Promise.resolve(structuredClone(agents))
      : operator.list(kind as never, options as never)) as Kube["list"];
  return new Proxy(operator, {
    get(target, key) {
      if (key === "list") return list;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("two machines that want the same host at the same time get two hosts, or one of them none", async () => {
  await freeAgent("a");
  const [one, two] = [await machine("one"), await machine("two")];
  const kubes = [await staleKube(), await staleKube()];
  const outcomes = await Promise.all([bindAgent(one, context(kubes[0])), bindAgent(two, context(kubes[1]))]);
  expect(outcomes.map(nameOf).sort()).toEqual(["NoSuitableAgents", "a"]);
  await freeAgent("b");
  expect((await Promise.all([bindAgent(one, context()), bindAgent(two, context())])).map(nameOf).sort()).toEqual([
    "a",
    "b",
  ]);
});

test("a machine whose operator died after it took a host finds that host again", async () => {
  await freeAgent("c");
  const three = await machine("three");
  expect(nameOf(await bindAgent(three, context()))).toBe("c");
  // Nothing of it was written to the machine: the next pass begins with the same object.
  expect(nameOf(await bindAgent(three, context()))).toBe("c");
});

const get = async (name: string) => (await api.kube.get(Agent, name, api.namespace)) as Agent;
const statusOf = (name: string, status: object) =>
  api.kube.patch(Agent, name, api.namespace, { status }, { subresource: "status" });
const annotate = (name: string, annotations: Record<string, string | null>) =>
  api.kube.patch(Agent, name, api.namespace, { metadata: { annotations } });
const release = (machine: AgentMachine, now = new Date()) =>
  releaseAgent(machine, { ...context(), now: () => now }, api.namespace);

test("a host that is given back is ordered to reset itself, is not approved, and its credential is worth nothing else", async () => {
  const bound = (await api.kube.get(AgentMachine, "three", api.namespace)) as AgentMachine;
  const installation = (await get("c")).metadata?.annotations?.[installationAnnotation];
  bound.status = { agentRef: { name: "c", namespace: api.namespace } };
  expect(await release(bound)).toMatchObject({ reason: "HostIsReset" });
  const agent = await get("c");
  expect(agent.spec).toEqual({ approved: false });
  expect(agent.metadata?.labels?.[agentMachineLabel]).toBeUndefined();
  expect(agent.metadata?.annotations).toEqual({
    [releaseAnnotation]: installation,
    [releasedCredentialAnnotation]: "digest",
  });
  await api.kube.patch(Agent, "c", api.namespace, { spec: { approved: true } });
  expect(await bindAgent(await machine("none"), context())).toMatchObject({ reason: "NoSuitableAgents" });
});

test("an InfraEnv may say that hosts stay approved", async () => {
  await api.kube.patch(InfraEnv, "rack", api.namespace, {
    metadata: { annotations: { [approvalAnnotation]: "keep" } },
  });
  await freeAgent("kept");
  const owner = await machine("keeper");
  expect(nameOf(await bindAgent(owner, context()))).toBe("kept");
  await release(owner);
  expect((await get("kept")).spec.approved).toBe(true);
  await api.kube.patch(InfraEnv, "rack", api.namespace, { metadata: { annotations: { [approvalAnnotation]: null } } });
});

test("a machine waits until its host has registered again, and not for ever", async () => {
  await freeAgent("d");
  const four = await machine("four");
  await bindAgent(four, context());
  four.metadata = { ...four.metadata, deletionTimestamp: "2030-01-01T00:00:00Z" };
  four.status = { agentRef: { name: "d", namespace: api.namespace } };
  await statusOf("d", { phase: "installed" });
  expect(await release(four, new Date("2030-01-01T00:09:00Z"))).toMatchObject({ reason: "HostIsReset" });
  expect(await release(four, new Date("2030-01-01T00:11:00Z"))).toBeUndefined();
  // As the registration service does it.
  await annotate("d", { [releaseAnnotation]: null, [credentialAnnotation]: "another" });
  expect(await release(four, new Date("2030-01-01T00:09:00Z"))).toBeUndefined();
  await statusOf("d", { phase: "discovery" });
  await api.kube.patch(Agent, "d", api.namespace, { spec: { approved: true } });
  expect(nameOf(await bindAgent(await machine("four-again"), context()))).toBe("d");
});

test("a machine that was restored under another uid still has its host", async () => {
  await freeAgent("r");
  const before = await machine("restored");
  expect(nameOf(await bindAgent(before, context()))).toBe("r");
  const restored = {
    ...before,
    metadata: { ...before.metadata, uid: "another" },
    spec: { providerID: "agent://r" },
  };
  expect(nameOf(await bindAgent(restored, context()))).toBe("r");
  const namesake = { ...before, metadata: { ...before.metadata, uid: "another" } };
  expect(nameOf(await bindAgent(namesake, context()))).toBe("NoSuitableAgents");
});

test("an Agent whose host says it is installed is not free, whatever else it says", async () => {
  await freeAgent("older");
  await annotate("older", { [installedAnnotation]: "some-installation elsewhere/demo" });
  expect(nameOf(await bindAgent(await machine("taker"), context()))).toBe("NoSuitableAgents");
});

test("a host of another architecture is not taken", async () => {
  await freeAgent("arm");
  await statusOf("arm", { inventory: { cpu: { architecture: "aarch64" } } });
  const wants = async (name: string, architecture: string) => {
    const made = await machine(name);
    made.metadata = { ...made.metadata, annotations: { [architectureAnnotation]: architecture } };
    return bindAgent(made, context());
  };
  expect(await wants("amd", "amd64")).toMatchObject({
    reason: "NoSuitableAgents",
    message: expect.stringContaining("of architecture amd64"),
  });
  expect(nameOf(await wants("arm", "arm64"))).toBe("arm");
});

test("no host is taken where its owner does not consent", async () => {
  await freeAgent("theirs");
  const wants = await machine("thief");
  const [binding] = await api.kube.list(RoleBinding, { namespace: api.namespace });
  await api.kube.delete(RoleBinding, binding?.metadata?.name ?? "", api.namespace);
  expect(await bindAgent(wants, context())).toMatchObject({ reason: "NoConsent" });
  expect((await get("theirs")).spec.clusterDeploymentName).toBeUndefined();
  await consent();
  expect(nameOf(await bindAgent(wants, context()))).toBe("theirs");
});

test("no two hosts of one name become nodes of one cluster", async () => {
  await freeAgent("g");
  await api.kube.patch(Agent, "g", api.namespace, { metadata: { labels: { twin: "yes" } } });
  const inventory = { hostname: "twin" };
  for (const name of ["g", (await freeAgent("f")).metadata?.name ?? ""]) await statusOf(name, { inventory });
  await api.kube.patch(Agent, "f", api.namespace, { metadata: { labels: { twin: "yes" } } });
  const six = await machine("six");
  six.spec.agentLabelSelector = { matchLabels: { twin: "yes" }, matchExpressions: [] };
  expect(nameOf(await bindAgent(six, context()))).toBe("f");
  const seven = await machine("seven");
  seven.spec.agentLabelSelector = six.spec.agentLabelSelector;
  expect(nameOf(await bindAgent(seven, context()))).toBe("NoSuitableAgents");
});

test("a machine of a paused cluster, and of one that is gone, is left alone", async () => {
  const [one] = (await api.kube.list(AgentMachine, { namespace: api.namespace })) as [AgentMachine];
  expect(await pauseOf(one, api.kube)).toBeUndefined();
  await api.kube.patch<Cluster>(Cluster, "demo-x", api.namespace, { spec: { paused: true } });
  expect(await pauseOf(one, api.kube)).toMatchObject({ reason: "Paused" });
  await api.kube.patch<Cluster>(Cluster, "demo-x", api.namespace, { spec: { paused: false } });
  const orphan = { ...one, metadata: { ...one.metadata, labels: { "cluster.x-k8s.io/cluster-name": "gone" } } };
  expect(await pauseOf(orphan, api.kube)).toMatchObject({ reason: "ClusterIsMissing" });
  const ordered = { ...orphan, metadata: { ...orphan.metadata, annotations: { [releaseHostAnnotation]: "true" } } };
  expect(await pauseOf(ordered, api.kube)).toBeUndefined();
});

test("an Agent in somebody else's namespace that looks like a machine's is not its host", async () => {
  await freeAgent("own");
  const owner = await machine("owner");
  expect(nameOf(await bindAgent(owner, context()))).toBe("own");
  owner.spec.providerID = "agent://own";
  const { metadata } = await get("own");
  // Lists give it first.
  const elsewhere = `a-${api.namespace}`;
  await api.kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: elsewhere } });
  await api.kube.create<Agent>({
    apiVersion: Agent.apiVersion,
    kind: "Agent",
    metadata: { name: "own", namespace: elsewhere, labels: metadata?.labels, annotations: metadata?.annotations },
    spec: { approved: true, clusterDeploymentName: { name: "demo", namespace: api.namespace } },
  });
  const found = (await bindAgent(owner, context())) as Agent;
  expect(found.metadata?.namespace).toBe(api.namespace);
  await api.kube.delete(Agent, "own", api.namespace);
  expect(await bindAgent(owner, context())).toMatchObject({ reason: "AgentIsGone" });
});

test("a machine that lost its host does not silently take another", async () => {
  await freeAgent("e");
  const five = await machine("five");
  five.spec.providerID = "agent://gone";
  expect(await bindAgent(five, context())).toMatchObject({ reason: "AgentIsGone" });
});
