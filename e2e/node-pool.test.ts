import { afterAll, beforeAll, expect, test } from "vitest";
import { Agent, NodePool } from "../src/api/index.ts";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { Deployment, Node, Pod } from "../src/kube/kinds.ts";
import { connect, demoKubeconfig, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { hcp } from "./shell.ts";

let management: ReplaceableKube;
let demo: ReplaceableKube;

beforeAll(async () => {
  management = await connect(managementKubeconfig);
  demo = await connect(demoKubeconfig);
});
afterAll(() => {
  management.close();
  demo.close();
});

const change = (spec: object) => management.patch(NodePool, "demo", "clusters", { spec });
const readyNodes = async () =>
  (await demo.list(Node)).filter((node) =>
    node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
  );
const freeAgents = async () =>
  (await management.list(Agent, { namespace: "hosts" })).filter(({ spec }) => !spec.clusterDeploymentName);

test("labels and taints of a NodePool are kept in step on its nodes, without new machines", async () => {
  const before = (await demo.list(Node)).map(({ metadata }) => metadata?.uid).sort();
  await change({ nodeLabels: { tier: "gold" }, taints: [{ key: "only", value: "gold", effect: "PreferNoSchedule" }] });
  await eventually("the label and the taint on both nodes", 120, async () => {
    const nodes = await demo.list(Node);
    return nodes.every(
      ({ metadata, spec }) => metadata?.labels?.tier === "gold" && spec?.taints?.some(({ key }) => key === "only"),
    );
  });
  await change({ nodeLabels: null, taints: null });
  await eventually("no label and no taint on both nodes", 120, async () => {
    const nodes = await demo.list(Node);
    return nodes.every(
      ({ metadata, spec }) => !metadata?.labels?.tier && !spec?.taints?.some(({ key }) => key === "only"),
    );
  });
  expect((await demo.list(Node)).map(({ metadata }) => metadata?.uid).sort()).toEqual(before);
});

test("a NodePool that asks for more hosts than there are says so, and what to do", async () => {
  await change({ replicas: 3 });
  const message = await eventually("a condition about the missing host", 120, async () => {
    const pool = await management.get(NodePool, "demo", "clusters");
    return pool?.status?.conditions?.find(
      ({ message }) => /host/i.test(message ?? "") && /add|approve/i.test(message ?? ""),
    )?.message;
  });
  expect(message).toMatch(/\d/);
  await change({ replicas: 2 });
  await eventually("two ready nodes", 120, async () => (await readyNodes()).length === 2);
});

test("a worker whose kubelet is dead is named by its pool, and a reboot brings it back", async () => {
  const [host = ""] = (await demo.list(Node)).map(({ metadata }) => metadata?.name ?? "").sort();
  const inHost = (...words: string[]) => hcp("local", "shell", host, "--", ...words);
  const ready = async () =>
    (await management.get(NodePool, "demo", "clusters"))?.status?.conditions?.find(({ type }) => type === "Ready");
  await inHost("systemctl", "stop", "kubelet");
  const message = await eventually("the pool naming the node", 90, async () => {
    const { status, message } = (await ready()) ?? {};
    return status === "False" && message?.includes(host) && message;
  });
  expect(message).toContain(`${host} is not: Kubelet stopped posting node status`);
  await inHost("systemctl", "reboot");
  await eventually("the pool being ready", 300, async () => (await ready())?.status === "True");
  await eventually("every pod of the host being ready", 300, async () => {
    const pods = await demo.list(Pod, { fields: { "spec.nodeName": host } });
    const conditions = pods.map(({ status }) => status?.conditions?.find(({ type }) => type === "Ready")?.status);
    return conditions.length > 0 && conditions.every((status) => status === "True");
  });
});

test("a host that a NodePool gives up returns to the pool and can be used again", async () => {
  await change({ replicas: 1 });
  await eventually("one node", 300, async () => (await demo.list(Node)).length === 1);
  await eventually("a free host", 300, async () => (await freeAgents()).length === 1);
  await change({ replicas: 2 });
  await eventually("two ready nodes", 600, async () => (await readyNodes()).length === 2);
  expect(await freeAgents()).toEqual([]);
  // The network of the host's former life must not be in the way of new pods.
  await eventually("the pods on both nodes", 300, async () => {
    return (await demo.get(Deployment, "hello", "default"))?.status?.readyReplicas === 2;
  });
});
