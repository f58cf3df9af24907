import { beforeAll, expect, test } from "vitest";
import { Agent, agentMachineLabel } from "../../api/agent.ts";
import type { AgentCluster } from "../../api/agent-cluster.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import { Cluster, clusterApiVersion } from "../../api/cluster-api.ts";
import type { Context, Wait } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { bindAgent } from "./bind-agent.ts";
import { isPaused } from "./is-paused.ts";
import { releaseAgent } from "./release-agent.ts";

let api: SharedApiServer;
const apiVersion = AgentMachine.apiVersion;

beforeAll(async () => {
  api = await sharedApiServer("machines");
  await installCrds(api.kube, { clusterApi: true });
  const { kube, namespace } = api;
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
});

const context = (kube: Kube = api.kube): Context =>
  ({ kube, log: noLog, signal: new AbortController().signal, now: () => new Date() }) as Context;

async function machine(name: string): Promise<AgentMachine> {
  const metadata = { name, namespace: api.namespace, labels: { "cluster.x-k8s.io/cluster-name": "demo-x" } };
  return api.kube.create<AgentMachine>({ apiVersion, kind: "AgentMachine", metadata, spec: {} });
}

async function freeAgent(name: string): Promise<Agent> {
  await api.kube.create<Agent>({
    apiVersion: Agent.apiVersion,
    kind: "Agent",
    metadata: { name, namespace: api.namespace },
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
  const agents = await api.kube.list(Agent, { namespace: api.namespace });
  const list = ((kind: unknown, options?: { labels?: object }) =>
    kind === Agent && !options?.labels
      ? Promise.resolve(structuredClone(agents))
      : api.kube.list(kind as never, options as never)) as Kube["list"];
  return new Proxy(api.kube, {
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

test("a host that is given back carries nothing of its former machine", async () => {
  const bound = (await api.kube.get(AgentMachine, "three", api.namespace)) as AgentMachine;
  bound.status = { agentRef: { name: "c", namespace: api.namespace } };
  expect(await releaseAgent(bound, context())).toBeUndefined();
  const agent = (await api.kube.get(Agent, "c", api.namespace)) as Agent;
  expect(agent.spec).toEqual({ approved: true });
  expect(agent.metadata?.labels?.[agentMachineLabel]).toBeUndefined();
  expect(agent.metadata?.annotations ?? {}).toEqual({});
});

test("a machine waits until its host has reset itself", async () => {
  await freeAgent("d");
  const four = await machine("four");
  await bindAgent(four, context());
  const agent = (await api.kube.list(Agent, { namespace: api.namespace })).find(
    ({ metadata }) => metadata?.labels?.[agentMachineLabel] === "four",
  ) as Agent;
  const name = agent.metadata?.name ?? "";
  await api.kube.patch(Agent, name, api.namespace, { status: { phase: "installed" } }, { subresource: "status" });
  four.status = { agentRef: { name, namespace: api.namespace } };
  expect(await releaseAgent(four, context())).toMatchObject({ reason: "HostIsReset" });
  await api.kube.patch(Agent, name, api.namespace, { status: { phase: "discovery" } }, { subresource: "status" });
  expect(await releaseAgent(four, context())).toBeUndefined();
});

test("no two hosts of one name become nodes of one cluster", async () => {
  await api.kube.patch(Agent, "d", api.namespace, { metadata: { labels: { twin: "yes" } } });
  const inventory = { hostname: "twin" };
  const bound = (await api.kube.list(Agent, { namespace: api.namespace })).find(
    ({ spec }) => spec.clusterDeploymentName,
  );
  for (const name of [bound?.metadata?.name ?? "", (await freeAgent("f")).metadata?.name ?? ""]) {
    await api.kube.patch(Agent, name, api.namespace, { status: { inventory } }, { subresource: "status" });
  }
  await api.kube.patch(Agent, "f", api.namespace, { metadata: { labels: { twin: "yes" } } });
  const six = await machine("six");
  six.spec.agentLabelSelector = { matchLabels: { twin: "yes" }, matchExpressions: [] };
  expect(nameOf(await bindAgent(six, context()))).toBe("d");
  const seven = await machine("seven");
  seven.spec.agentLabelSelector = six.spec.agentLabelSelector;
  expect(nameOf(await bindAgent(seven, context()))).toBe("NoSuitableAgents");
});

test("a machine of a paused cluster is left alone", async () => {
  const [one] = await api.kube.list(AgentMachine, { namespace: api.namespace });
  expect(await isPaused(one as AgentMachine, api.kube)).toBe(false);
  await api.kube.patch<Cluster>(Cluster, "demo-x", api.namespace, { spec: { paused: true } });
  expect(await isPaused(one as AgentMachine, api.kube)).toBe(true);
  await api.kube.patch<Cluster>(Cluster, "demo-x", api.namespace, { spec: { paused: false } });
});

test("a machine that lost its host does not silently take another", async () => {
  await freeAgent("e");
  const five = await machine("five");
  five.spec.providerID = "agent://gone";
  expect(await bindAgent(five, context())).toMatchObject({ reason: "AgentIsGone" });
});
