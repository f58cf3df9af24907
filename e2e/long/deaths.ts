import { join } from "node:path";
import { HostedCluster } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import type { Kind } from "../../src/kube/kind.ts";
import { Deployment, Namespace, Secret, StatefulSet } from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { deathsOf } from "../deaths-of.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { hcp, root } from "../shell.ts";
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

/** Creates and destroys a hosted cluster while somebody dies at each step; the end has to be the same. */
const test: LongTest = {
  title: "who dies at any step of create and destroy leaves the same end state, and nothing behind",
  async run(context) {
    const kube = await connect(managementKubeconfig);
    const rows: Observed[] = [];
    try {
      for (const [who, die] of Object.entries(deathsOf(plane))) {
        if (context.signal.aborted) break;
        // Who is not there yet cannot die.
        const from = who === "the control-plane-operator" ? 1 : 0;
        for (const step of steps.slice(from)) rows.push(await creation(kube, who, die, step, context));
        rows.push(await destruction(kube, who, die, context));
      }
    } finally {
      await destroyCommand().catch(() => {});
      await kube.delete(Namespace, namespace);
      kube.close();
    }
    return rows;
  },
};
export default test;

async function create(kube: Kube): Promise<void> {
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const pullSecret = join(root, ".roost", "pull-secret.json");
  await hcp("create", "cluster", "none", "--name", "mortal", "-n", namespace, "--pull-secret", pullSecret);
}

const destroyCommand = () => hcp("destroy", "cluster", "none", "--name", "mortal", "-n", namespace);

async function destroy(kube: Kube): Promise<void> {
  await destroyCommand();
  await expectNothing(kube);
}

async function expectNothing(kube: Kube): Promise<void> {
  const left = await kube.list(Secret, { namespace });
  if (left.length > 0) throw new Error(`Secrets are left: ${left.map(({ metadata }) => metadata?.name).join(", ")}`);
}

const isAvailable = async (kube: Kube) =>
  findCondition((await kube.get(HostedCluster, "mortal", namespace))?.status?.conditions, "Available")?.status ===
  "True";

async function creation(
  kube: Kube,
  who: string,
  die: (kube: Kube) => Promise<unknown>,
  [when, kind, name, inside]: (typeof steps)[number],
  { say }: LongTestContext,
): Promise<Observed> {
  const fault = `${who} dies in a creation when ${when}`;
  say(fault);
  try {
    await create(kube);
    await eventually(when, 120, async () => (await kube.get(kind, name, inside)) !== undefined);
    await die(kube);
    const died = performance.now();
    await eventually("the cluster being available", 300, () => isAvailable(kube));
    const healedInMs = performance.now() - died;
    await destroy(kube);
    return { fault, healedInMs };
  } catch (error) {
    await destroy(kube).catch(() => {});
    return { fault, failure: (error as Error).message };
  }
}

async function destruction(
  kube: Kube,
  who: string,
  die: (kube: Kube) => Promise<unknown>,
  { say }: LongTestContext,
): Promise<Observed> {
  const fault = `${who} dies in a destruction`;
  say(fault);
  try {
    await create(kube);
    await eventually("the cluster being available", 300, () => isAvailable(kube));
    // Where the command ends with the API server that it asks, its user gives it again.
    const again = () => eventually("the command's success", 120, async () => (await destroyCommand()) !== undefined);
    const ended = destroyCommand()
      .catch(again)
      .then(
        () => undefined,
        (error: Error) => error,
      );
    await eventually("the deletion", 60, async () => {
      const cluster = await kube.get(HostedCluster, "mortal", namespace);
      return cluster?.metadata?.deletionTimestamp !== undefined;
    });
    await die(kube);
    const died = performance.now();
    const failure = await ended;
    if (failure) throw failure;
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
