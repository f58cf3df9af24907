import { randomBytes } from "node:crypto";
import { controlPlaneNamespace } from "../src/api/control-plane-namespace.ts";
import { HostedControlPlane, Restore } from "../src/api/index.ts";
import { wantedRecovery } from "../src/api/wanted-recovery.ts";
import { ConfigMap, Job, Node, Pod, Secret } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { Probe } from "../tools/probe.ts";
import { eventually } from "./eventually.ts";
import { hcp, start } from "./shell.ts";

/** A hosted cluster of a test, that is put back to backups. */
export interface Restorable {
  management: Kube;
  hosted: Kube;
  name: string;
  /** Of its HostedCluster. */
  namespace: string;
}

export interface PutBack {
  /** Name of the Backup. `markName` was in the cluster when it was made. */
  backup: string;
  /** Goes on beside it. */
  meanwhile?: () => Promise<unknown>;
  /** What is said where it is to fail, and the cluster to be as it was before. */
  says?: RegExp;
}

/** The ConfigMap that is written before backups are made. */
export const markName = "before-backup";
const namespace = "default";

/** Makes a backup of a cluster which has the mark, and waits for it. */
export async function backUp(cluster: Restorable, backup: string, location: string): Promise<void> {
  await cluster.hosted.apply<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: markName, namespace },
  });
  const words = ["--cluster", cluster.name, "-n", cluster.namespace, "--location", location, "--name", backup];
  await hcp("create", "backup", ...words, "--wait");
}

/**
 * Puts a cluster back, and looks that everything is as it should be: what a backup has is there, what was made since is
 * not, nodes and pods go on as if nothing had been, and nothing of the restore is left. Gives how long it took, and for
 * how long the API was away.
 */
export async function putBack(cluster: Restorable, { backup, meanwhile, says }: PutBack) {
  const { hosted } = cluster;
  const since = `since-backup-${randomBytes(3).toString("hex")}`;
  await hosted.create<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: since, namespace } });
  await hosted.delete(ConfigMap, markName, namespace);
  const before = await whatRuns(cluster);
  const probe = new Probe("the API", async () => {
    await hosted.get(ConfigMap, "kube-root-ca.crt", namespace, { signal: AbortSignal.timeout(2_000) });
  });
  const stop = new AbortController();
  const probing = probe.run(stop.signal, 100);
  const began = performance.now();
  const words = ["--name", cluster.name, "-n", cluster.namespace, "--from", backup, "--wait", "--timeout", "20m"];
  const restoring = start("./hcp", ["restore", "cluster", ...words]).ended;
  const beside = meanwhile?.().catch((error: Error) => error);
  const { status, stderr } = await restoring;
  const tookMs = performance.now() - began;
  stop.abort();
  await probing;
  const trouble = await beside;
  if (trouble instanceof Error) throw trouble;

  if (says ? status === 0 || !says.test(stderr) : status !== 0) throw new Error(`hcp ended with ${status}: ${stderr}`);
  await eventually("the API answering", 120, () => hosted.get(ConfigMap, "kube-root-ca.crt", namespace));
  const [mark, later] = await Promise.all([markName, since].map((name) => hosted.get(ConfigMap, name, namespace)));
  const isBack = !says;
  if ((mark !== undefined) !== isBack) throw new Error(`What the backup has is ${mark ? "there" : "not there"}`);
  if ((later !== undefined) === isBack)
    throw new Error(`What was made since the backup is ${later ? "there" : "lost"}`);
  await eventually("nodes and pods as they were before", 60, async () => {
    const changed = differences(before, await whatRuns(cluster));
    if (changed.length > 0) throw new Error(changed.join("; "));
    return true;
  });
  await isCleared(cluster);
  return { outageMs: probe.outageMs, tookMs, operations: await operationsOf(cluster) };
}

/** The newest Restore of the cluster. */
export async function latestRestore({ management, name, namespace }: Restorable): Promise<Restore | undefined> {
  const restores = (await management.list(Restore, { namespace })).filter(({ spec }) => spec.clusterName === name);
  const madeAt = ({ metadata }: Restore) => metadata?.creationTimestamp ?? "";
  return restores.sort((a, b) => madeAt(a).localeCompare(madeAt(b))).at(-1);
}

/** Waits until a restore that is under way comes to this operation. */
export function untilOperation(cluster: Restorable, operation: string): Promise<Restore> {
  return eventually(`the restore coming to ${operation}`, 300, async () => {
    const restore = await latestRestore(cluster);
    if (restore?.status?.completedAt) return false;
    const entry = restore?.status?.operations?.find(({ name }) => name === operation);
    return entry && entry.state !== "Pending" && restore;
  });
}

/** How many seconds each operation took, in a line. */
async function operationsOf(cluster: Restorable): Promise<string> {
  const { operations = [] } = (await latestRestore(cluster))?.status ?? {};
  const seconds = (from = "", to = "") => Math.round((Date.parse(to) - Date.parse(from)) / 100) / 10;
  return operations
    .filter(({ completedAt }) => completedAt)
    .map(({ name, startedAt, completedAt }) => `${name} ${seconds(startedAt, completedAt)} s`)
    .join(", ");
}

/** What goes on whether the API is there or not, by name: nodes and pods as the API knows them, and what is on the hosts. */
async function whatRuns({ hosted }: Restorable): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { metadata, status } of await hosted.list(Node)) {
    const name = metadata?.name ?? "";
    found.set(`node ${name}`, `${metadata?.uid} ${status?.nodeInfo?.bootID}`);
    // The kubelet may tell the API of something only later.
    const look = "ls /run/containerd/io.containerd.runtime.v2.task/k8s.io; cut -d' ' -f22 /proc/1/stat";
    found.set(`what runs on ${name}`, await hcp("local", "shell", name, "--", "sh", "-c", look));
  }
  for (const { metadata, status } of await hosted.list(Pod)) {
    const restarts = status?.containerStatuses?.map(({ restartCount }) => restartCount).join();
    found.set(`pod ${metadata?.namespace}/${metadata?.name}`, `${metadata?.uid} ${restarts}`);
  }
  return found;
}

function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name} was ${before.get(name)} and is ${after.get(name)}`);
}

/** Nothing that opens the snapshot to anybody is left, and nobody wants anything of the control plane. */
async function isCleared(cluster: Restorable): Promise<void> {
  const { management, name, namespace } = cluster;
  const uid = (await latestRestore(cluster))?.metadata?.uid;
  const plane = controlPlaneNamespace({ metadata: { name, namespace } });
  await eventually("nothing of the restore being left", 60, async () => {
    const left = await Promise.all([
      management.get(Job, `restore-${uid}`, "hypershift"),
      management.get(Secret, `restore-${uid}`, "hypershift"),
      management.get(Secret, "etcd-restore", plane),
    ]);
    const hcp = await management.get(HostedControlPlane, name, plane);
    return left.every((object) => object === undefined) && hcp && !wantedRecovery(hcp);
  });
}
