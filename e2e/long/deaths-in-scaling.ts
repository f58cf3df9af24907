import { Machine } from "../../src/api/cluster-api.ts";
import { Agent, NodePool } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { deathsOf } from "../deaths-of.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { withCluster } from "../with-cluster.ts";
import type { LongTest, Observed } from "./long-test.ts";

const name = "scaled";
const namespace = `e2e-${name}`;
const plane = `${namespace}-${name}`;
/** Longer than a node takes on a slow machine that does nothing wrong. */
const patience = 600;

/** When, on the way to a node. */
const steps: [string, (kube: Kube) => Promise<boolean>][] = [
  ["its Machine is made", async (kube) => (await kube.list(Machine, { namespace: plane })).length > 0],
  ["its host is taken", async (kube) => (await agents(kube)).some(isTaken)],
  [
    "its host installs",
    async (kube) => (await agents(kube)).some((agent) => stateOf(agent) === "installing-in-progress"),
  ],
];

/** A pool gets a node and gives it up while somebody dies at each step; the end has to be the same. */
const test: LongTest = {
  title: "who dies at any step of scaling leaves one node, or none and a free host",
  async run({ signal, say }) {
    const kube = await connect(managementKubeconfig);
    const cluster = { name, hosts: ["scaled-1"], nodes: 0, baseDomain: "roost.test", say, signal };
    const rows: Observed[] = [];
    const attempt = async (
      fault: string,
      to: number,
      reached: (kube: Kube) => Promise<boolean>,
      die: () => unknown,
    ) => {
      say(fault);
      rows.push(await scale(kube, fault, to, reached, die));
    };
    try {
      return await withCluster(kube, cluster, async () => {
        for (const [who, death] of Object.entries(deathsOf(plane))) {
          for (const [when, reached] of steps) {
            if (signal.aborted) return rows;
            await attempt(`${who} dies while a node is added when ${when}`, 1, reached, () => death(kube));
            await attempt(`${who} dies while a node is given up`, 0, machineGoes, () => death(kube));
          }
        }
        return rows;
      });
    } finally {
      kube.close();
    }
  },
};
export default test;

async function scale(
  kube: Kube,
  fault: string,
  to: number,
  reached: (kube: Kube) => Promise<boolean>,
  die: () => unknown,
): Promise<Observed> {
  try {
    await kube.patch(NodePool, name, namespace, { spec: { replicas: to } });
    await eventually("the step at which somebody dies", patience, () => reached(kube));
    await die();
    const died = performance.now();
    await eventually(to === 1 ? "one healthy node" : "a free host", patience, () =>
      to === 1 ? hasNode(kube) : isFree(kube),
    );
    return { fault, healedInMs: performance.now() - died };
  } catch (error) {
    return { fault, failure: (error as Error).message };
  }
}

const agents = (kube: Kube) => kube.list(Agent, { namespace });
const isTaken = ({ spec }: Agent) => spec.clusterDeploymentName !== undefined;
const stateOf = ({ status }: Agent) => status?.debugInfo?.state;

const machineGoes = async (kube: Kube) =>
  (await kube.list(Machine, { namespace: plane })).some(({ metadata }) => metadata?.deletionTimestamp);

async function hasNode(kube: Kube): Promise<boolean> {
  const { status } = (await kube.get(NodePool, name, namespace)) ?? {};
  const machines = await kube.list(Machine, { namespace: plane });
  return (
    machines.length === 1 &&
    status?.replicas === 1 &&
    findCondition(status.conditions, "AllNodesHealthy")?.status === "True"
  );
}

async function isFree(kube: Kube): Promise<boolean> {
  const machines = await kube.list(Machine, { namespace: plane });
  return machines.length === 0 && (await agents(kube)).some((agent) => stateOf(agent) === "known-unbound");
}
