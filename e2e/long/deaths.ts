import { join } from "node:path";
import { HostedCluster, NodePool } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import type { Kind } from "../../src/kube/kind.ts";
import { Deployment, Namespace, Secret, StatefulSet } from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { deathsOf } from "../deaths-of.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { type Running, root, start } from "../shell.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

const namespace = "e2e-deaths";
const plane = `${namespace}-mortal`;

/** When, on the way to a control plane: as soon as this object is there. */
const steps: [string, Kind, string, string | undefined][] = [
  ["its namespace is made", Namespace, plane, undefined],
  ["its control-plane-operator is made", Deployment, "control-plane-operator", plane],
  ["its keys are made", Secret, "root-ca", plane],
  ["its etcd is made", StatefulSet, "etcd", plane],
  ["its API server is made", Deployment, "kube-apiserver", plane],
];

type Die = (kube: Kube, command: Running) => unknown;

const theCommand = "the command";
const deaths: Record<string, Die> = { ...deathsOf(plane), [theCommand]: (_, command) => command.kill() };

/** Creates and destroys a hosted cluster while somebody dies at each step; the end has to be the same. */
const test: LongTest = {
  title: "who dies at any step of create and destroy leaves the same end state, and nothing behind",
  async run(context) {
    const kube = await connect(managementKubeconfig);
    const rows: Observed[] = [];
    try {
      for (const [who, die] of Object.entries(deaths)) {
        if (context.signal.aborted) break;
        // Who is not there yet cannot die.
        const from = who === "the control-plane-operator" ? 1 : 0;
        for (const step of steps.slice(from)) rows.push(await creation(kube, who, die, step, context));
        rows.push(await destruction(kube, who, die, context));
      }
    } finally {
      await destroyed().catch(() => {});
      await kube.delete(Namespace, namespace);
      kube.close();
    }
    return rows;
  },
};
export default test;

const named = ["cluster", "none", "--name", "mortal", "-n", namespace];

async function create(kube: Kube, ...words: string[]): Promise<Running> {
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  return start("./hcp", ["create", ...named, "--pull-secret", join(root, ".roost", "pull-secret.json"), ...words]);
}

const destroy = () => start("./hcp", ["destroy", ...named]);

async function succeeded({ ended }: Running): Promise<void> {
  const { status, stdout, stderr } = await ended;
  if (status !== 0) throw new Error(`The command ended with ${status}: ${stderr || stdout}`);
}

const destroyed = () => succeeded(destroy());

async function expectNothing(kube: Kube): Promise<void> {
  const left = await kube.list(Secret, { namespace });
  if (left.length > 0) throw new Error(`Secrets are left: ${left.map(({ metadata }) => metadata?.name).join(", ")}`);
}

/** The cluster is available, and has the pool that the command makes with it. */
async function isWhole(kube: Kube): Promise<boolean> {
  const cluster = await kube.get(HostedCluster, "mortal", namespace);
  const available = findCondition(cluster?.status?.conditions, "Available")?.status === "True";
  return available && (await kube.get(NodePool, "mortal", namespace)) !== undefined;
}

async function creation(
  kube: Kube,
  who: string,
  die: Die,
  [when, kind, name, inside]: (typeof steps)[number],
  { say }: LongTestContext,
): Promise<Observed> {
  const fault = `${who} dies in a creation when ${when}`;
  say(fault);
  try {
    const command = who === theCommand ? await create(kube, "--wait") : await create(kube);
    if (who !== theCommand) await succeeded(command);
    await eventually(when, 120, async () => (await kube.get(kind, name, inside)) !== undefined);
    await die(kube, command);
    const died = performance.now();
    await eventually("the cluster being available, with its pool", 300, () => isWhole(kube));
    const healedInMs = performance.now() - died;
    await destroyed();
    await expectNothing(kube);
    return { fault, healedInMs };
  } catch (error) {
    await destroyed().catch(() => {});
    return { fault, failure: (error as Error).message };
  }
}

async function destruction(kube: Kube, who: string, die: Die, { say }: LongTestContext): Promise<Observed> {
  const fault = `${who} dies in a destruction`;
  say(fault);
  try {
    await succeeded(await create(kube));
    await eventually("the cluster being available", 300, () => isWhole(kube));
    const command = destroy();
    await eventually("the deletion", 60, async () => {
      const cluster = await kube.get(HostedCluster, "mortal", namespace);
      return cluster?.metadata?.deletionTimestamp !== undefined;
    });
    await die(kube, command);
    const died = performance.now();
    // Where the command dies, or ends with the API server that it asks, its user gives it again.
    if ((await command.ended).status !== 0) {
      await eventually("the command's success", 300, async () => (await destroy().ended).status === 0);
    }
    await eventually("nothing being left", 300, async () => {
      const left = await kube.get(Namespace, plane);
      return !left && !(await kube.get(HostedCluster, "mortal", namespace));
    });
    const healedInMs = performance.now() - died;
    await expectNothing(kube);
    return { fault, healedInMs };
  } catch (error) {
    return { fault, failure: (error as Error).message };
  }
}
