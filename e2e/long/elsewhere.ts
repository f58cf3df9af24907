import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { approvalAnnotation } from "../../src/api/agent.ts";
import { Cluster, Machine, MachineDeployment, MachineSet } from "../../src/api/cluster-api.ts";
import {
  Agent,
  AgentMachine,
  HostedCluster,
  HostedControlPlane,
  InfraEnv,
  NodePool,
  Restore,
} from "../../src/api/index.ts";
import { isNotFound } from "../../src/kube/api-error.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import type { ReplaceableKube } from "../../src/kube/create-kube.ts";
import { createKube } from "../../src/kube/create-kube.ts";
import type { Kind } from "../../src/kube/kind.ts";
import { ConfigMap, Deployment, Namespace, Node, Pod, Service } from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { waitFor, waitForGone } from "../../src/kube/wait-for.ts";
import { tryAndRemove } from "../../tools/try-and-remove.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { attempt, hcp, root, run } from "../shell.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

const name = "elsewhere";
const namespace = "e2e-elsewhere";
const plane = `${namespace}-${name}`;
const hosts = ["elsewhere-1", "elsewhere-2"];
const location = "e2e-elsewhere";
const second = "second";
const baseDomain = "roost.test";
const state = join(root, ".roost");
const timeoutMs = 15 * 60_000;

/** A management cluster, and how `hcp` is told to mean it. */
interface Management {
  kube: ReplaceableKube;
  hcp: (...words: string[]) => Promise<string>;
}

/** Makes a cluster again of which nothing is left, where it was and where it was not; its nodes run on. */
const test: LongTest = {
  title:
    "a cluster of which nothing is left is made again from a location alone, here and in another management cluster",
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), "roost-elsewhere-"));
    const hadStore = existsSync(join(state, "s3", "endpoint"));
    const first: Management = { kube: await connect(managementKubeconfig), hcp };
    try {
      await hcp("local", "s3", "add");
      await addLocation(first);
      const here = await tryAndRemove(
        "all objects of a cluster are lost",
        async () => [await lostHere(first, context)],
        () => remove(first),
      );
      const there = await tryAndRemove(
        "the management cluster is gone",
        async () => [await lostThere(first, folder, context)],
        () => remove(first),
      );
      return [...here, ...there];
    } finally {
      await attempt("./hcp", ["local", "cluster", "remove", second]);
      await attempt("./hcp", ["destroy", "backup-location", "--name", location]);
      if (!hadStore) await attempt("./hcp", ["local", "s3", "remove"]);
      await rm(folder, { recursive: true, force: true });
      first.kube.close();
    }
  },
};
export default test;

/** Everything that stands for the cluster goes, while nobody looks; then it is made again in the same place. */
async function lostHere(management: Management, { say, signal }: LongTestContext): Promise<Observed> {
  const fault = "all objects of a cluster are lost, and it is made again where it was";
  say(fault);
  await makeCluster(management, signal);
  const before = await facts(management);
  await backUp(management, "here");
  await change(management);
  const lostAt = performance.now();
  await unwatched(management.kube, async () => {
    await loseAll(management.kube);
  });
  return restored(fault, management, "here", { before, lostAt, signal });
}

/** The cluster is of another management cluster, which is taken away with all that it knows. */
async function lostThere(first: Management, folder: string, { say, signal }: LongTestContext): Promise<Observed> {
  const fault = "the management cluster is gone, and its cluster is made again in another one";
  say(fault);
  await hcp("local", "cluster", "add", second);
  const file = join(folder, "second.kubeconfig");
  await writeFile(file, await hcp("local", "kubeconfig", "--cluster", second), { mode: 0o600 });
  const other: Management = { kube: await connect(file), hcp: (...words) => hcp("--kubeconfig", file, ...words) };
  try {
    const release = await releaseOf(first.kube);
    await other.hcp("install", "--release-image", release, "--pull-secret", join(state, "pull-secret.json"), "--wait");
    await addLocation(other);
    await makeCluster(other, signal);
    const before = await facts(other);
    await backUp(other, "there");
    await change(other);
    say("the management cluster goes");
    const lostAt = performance.now();
    await giveUpNames(other.kube);
    await hcp("local", "cluster", "remove", second);
    return await restored(fault, first, "there", { before, lostAt, signal });
  } finally {
    other.kube.close();
  }
}

async function releaseOf(kube: Kube): Promise<string> {
  const demo = await kube.get(HostedCluster, "demo", "clusters");
  if (!demo) throw new Error("There is no cluster demo that tells of a release: run the quick start");
  return demo.spec.release.image;
}

async function addLocation(management: Management): Promise<void> {
  const s3 = join(state, "s3");
  const [endpoint, bucket] = await Promise.all(
    ["endpoint", "bucket"].map(async (file) => (await run("cat", [join(s3, file)])).trim()),
  );
  const where = ["--s3-endpoint", endpoint ?? "", "--bucket", bucket ?? "", "--prefix", "e2e-elsewhere"];
  const files = ["--ca", join(s3, "ca.crt"), "--credentials", join(s3, "credentials")];
  await management.hcp("create", "backup-location", "--name", location, ...where, ...files);
}

async function makeCluster(management: Management, signal: AbortSignal): Promise<void> {
  const { kube } = management;
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await kube.apply<InfraEnv>({
    apiVersion: InfraEnv.apiVersion,
    kind: InfraEnv.kind,
    metadata: { name: "hosts", namespace, annotations: { [approvalAnnotation]: "keep" } },
    spec: {},
  });
  await management.hcp("local", "host", "add", ...hosts, "--infra-env", `${namespace}/hosts`, "--approve");
  const words = ["--name", name, "-n", namespace, "--agent-namespace", namespace, "--base-domain", baseDomain];
  words.push("--external-dns-domain", baseDomain, "--pull-secret", join(state, "pull-secret.json"));
  words.push("--additional-trust-bundle", join(state, "ca.crt"), "--node-pool-replicas", String(hosts.length));
  await management.hcp("create", "cluster", "agent", ...words);
  await hasNodes(kube, signal);
}

async function hasNodes(kube: Kube, signal: AbortSignal): Promise<void> {
  const isWhole = ({ status }: NodePool) =>
    status?.replicas === hosts.length && findCondition(status.conditions, "AllNodesHealthy")?.status === "True";
  await waitFor(kube, NodePool, name, isWhole, { namespace, timeoutMs, signal, what: "have its nodes" });
}

/** A client of the hosted cluster. */
async function hosted(management: Management): Promise<ReplaceableKube> {
  const kubeconfig = await management.hcp("create", "kubeconfig", "--name", name, "-n", namespace);
  return createKube({ kubeconfig, fieldManager: "e2e", userAgent: "e2e" });
}

interface Facts {
  nodes: string[];
  pods: string[];
  machines: string[];
  agents: string[];
}

/** What is to be the same afterwards. */
async function facts(management: Management): Promise<Facts> {
  const guest = await hosted(management);
  try {
    const { kube } = management;
    const [nodes, pods, machines, agents] = await Promise.all([
      guest.list(Node),
      guest.list(Pod),
      kube.list(Machine, { namespace: plane }),
      kube.list(Agent, { namespace }),
    ]);
    return {
      nodes: nodes
        .map(({ metadata, status }) => `${metadata?.name} ${metadata?.uid} ${status?.nodeInfo?.bootID}`)
        .sort(),
      pods: pods
        .map(({ metadata, status }) => {
          const restarts = status?.containerStatuses?.map(({ restartCount }) => restartCount).join() ?? "";
          return `${metadata?.namespace}/${metadata?.name} ${metadata?.uid} ${restarts}`;
        })
        .sort(),
      machines: machines
        .map(({ metadata, spec, status }) => `${metadata?.name} ${spec.providerID} ${status?.nodeRef?.name}`)
        .sort(),
      agents: agents.map(({ metadata, spec }) => `${metadata?.name} ${spec.clusterDeploymentName?.name}`).sort(),
    };
  } finally {
    guest.close();
  }
}

const configMap = (each: string): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: each, namespace: "default" },
});

async function backUp(management: Management, backup: string): Promise<void> {
  const guest = await hosted(management);
  await guest.apply<ConfigMap>(configMap("before"));
  guest.close();
  await management.hcp(
    "create",
    "backup",
    "--cluster",
    name,
    "-n",
    namespace,
    "--location",
    location,
    "--name",
    backup,
    "--wait",
  );
}

/** What no backup has. */
async function change(management: Management): Promise<void> {
  const guest = await hosted(management);
  await guest.apply<ConfigMap>(configMap("after"));
  guest.close();
}

/** Scales away who would act on what goes, and back. */
async function unwatched(kube: Kube, lose: () => Promise<void>): Promise<void> {
  const scale = async (replicas: number) => {
    for (const each of ["operator", "cluster-api"]) {
      await kube.patch(Deployment, each, "hypershift", { spec: { replicas } });
    }
  };
  const apps = ["operator", "cluster-api"];
  await scale(0);
  try {
    await eventually("the operators to end", 120, async () => {
      const pods = await kube.list(Pod, { namespace: "hypershift" });
      return !pods.some(({ metadata }) => apps.includes(metadata?.labels?.app ?? metadata?.labels?.name ?? ""));
    });
    await lose();
  } finally {
    await scale(1);
  }
}

async function loseAll(kube: Kube): Promise<void> {
  await kube.delete(Deployment, "control-plane-operator", plane);
  const kinds: [Kind, string][] = [
    [Agent, namespace],
    ...([AgentMachine, Machine, MachineSet, MachineDeployment, Cluster, HostedControlPlane] as Kind[]).map(
      (kind): [Kind, string] => [kind, plane],
    ),
    [NodePool, namespace],
    [HostedCluster, namespace],
  ];
  for (const [kind, where] of kinds) {
    for (const { metadata } of await kube.list(kind, { namespace: where })) {
      const each = metadata?.name ?? "";
      await kube.delete(kind, each, where);
      await kube.patch(kind, each, where, { metadata: { finalizers: null } }).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    }
  }
  await kube.delete(Namespace, plane);
  await waitForGone(kube, Namespace, plane, { timeoutMs });
}

/** A name is taken from who is gone by whoever keeps the zone; here that is done before it goes. */
async function giveUpNames(kube: Kube): Promise<void> {
  await kube.patch(Deployment, "operator", "hypershift", { spec: { replicas: 0 } });
  await kube.delete(Deployment, "control-plane-operator", plane);
  await eventually("the operators to end", 120, async () => {
    const pods = [
      ...(await kube.list(Pod, { namespace: "hypershift" })),
      ...(await kube.list(Pod, { namespace: plane })),
    ];
    return !pods.some(({ metadata }) => /^(operator|control-plane-operator)-/.test(metadata?.name ?? ""));
  });
  for (const { metadata, spec } of await kube.list(Service, { namespace: plane })) {
    if (spec?.type === "LoadBalancer") await kube.delete(Service, metadata?.name ?? "", plane);
  }
  await eventually("the names to be given up", 120, async () => {
    const records = await kube.get(ConfigMap, "dns-records", "roost-local");
    return !JSON.stringify(records?.data ?? {}).includes(name);
  });
}

async function restored(
  fault: string,
  management: Management,
  backup: string,
  { before, lostAt, signal }: { before: Facts; lostAt: number; signal: AbortSignal },
): Promise<Observed> {
  const words = ["--name", name, "-n", namespace, "--location", location, "--from", backup, "--former-is-gone"];
  await management.hcp("restore", "cluster", ...words, "--wait");
  const healedInMs = performance.now() - lostAt;
  await hasNodes(management.kube, signal);
  const differences = differing(before, await facts(management));
  const guest = await hosted(management);
  const [kept, later] = await Promise.all(["before", "after"].map((each) => guest.get(ConfigMap, each, "default")));
  guest.close();
  if (!kept) differences.push("what was made before the backup is not there");
  if (later) differences.push("what was made after the backup is there");
  const [restore] = await management.kube.list(Restore, { namespace });
  const told = findCondition(restore?.status?.conditions, "Succeeded")?.message;
  return { fault, told, healedInMs, ...(differences.length > 0 && { failure: differences.join("; ") }) };
}

function differing(before: Facts, after: Facts): string[] {
  return (Object.keys(before) as (keyof Facts)[]).flatMap((each) =>
    before[each].join() === after[each].join()
      ? []
      : [`${each} were ${before[each].join(", ")} and are ${after[each].join(", ")}`],
  );
}

async function remove(management: Management): Promise<void> {
  const { kube } = management;
  if (await kube.get(HostedCluster, name, namespace)) {
    await hcp("destroy", "cluster", "agent", "--name", name, "-n", namespace);
  }
  const known = await hcp("local", "host", "list");
  const there = hosts.filter((host) => known.includes(host));
  if (there.length > 0) await hcp("local", "host", "remove", ...there);
  await attempt("./hcp", ["destroy", "backup", "here", "-n", namespace]);
  await kube.delete(Namespace, namespace);
  await waitForGone(kube, Namespace, namespace, { timeoutMs });
}
