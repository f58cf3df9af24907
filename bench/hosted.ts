import { join } from "node:path";
import { hcp, root } from "../e2e/shell.ts";
import { type HostedCluster, HostedCluster as HostedClusterKind } from "../src/api/index.ts";
import { createKube, type ReplaceableKube } from "../src/kube/create-kube.ts";
import { Deployment, Namespace, Pod, Secret } from "../src/kube/kinds.ts";
import type { Kube } from "../src/kube/kube.ts";
import { pause } from "../src/kube/pause.ts";
import { waitFor, waitForGone } from "../src/kube/wait-for.ts";
import { pidsOfPods } from "./pss.ts";

/** Where the clusters of a measurement live; nothing else is put there. */
export const benchNamespace = "roost-bench";

/** The one that the quick start leaves for further clusters. */
const pullSecret = join(root, ".roost", "pull-secret.json");

/** Creates a hosted cluster without workers, and resolves with the seconds until its API answered the administrator. */
export async function createHosted(kube: Kube, name: string): Promise<number> {
  const began = performance.now();
  const words = ["--name", name, "--namespace", benchNamespace, "--pull-secret", pullSecret];
  const created = hcp("create", "cluster", "none", ...words);
  await Promise.all([created, answers(kube, name)]);
  return (performance.now() - began) / 1000;
}

/** A client of the hosted cluster, as its administrator. */
export async function adminOf(kube: Kube, name: string): Promise<ReplaceableKube> {
  return createKube({ kubeconfig: await adminKubeconfig(kube, name), fieldManager: "bench" });
}

/** The text of its administrator's kubeconfig, as soon as there is one. */
export async function adminKubeconfig(kube: Kube, name: string): Promise<string> {
  const options = { namespace: benchNamespace, timeoutMs: 300_000 };
  const secret = await waitFor(kube, Secret, `${name}-admin-kubeconfig`, ({ data }) => !!data?.kubeconfig, options);
  return Buffer.from(secret.data?.kubeconfig ?? "", "base64").toString();
}

async function answers(kube: Kube, name: string): Promise<void> {
  const admin = await adminOf(kube, name);
  const deadline = Date.now() + 300_000;
  try {
    while (Date.now() < deadline) {
      try {
        const { status } = await admin.request("GET", "/readyz", { signal: AbortSignal.timeout(2000) });
        if (status === 200) return;
      } catch {
        // Not listening yet.
      }
      await pause(25);
    }
  } finally {
    admin.close();
  }
  throw new Error(`The API of ${name} did not answer within 300 s: ./hcp get clusters -A`);
}

/** Resolves when the hosted cluster says of itself that all of it runs. */
export async function settled(kube: Kube, name: string): Promise<void> {
  const isAvailable = (cluster: HostedCluster) =>
    cluster.status?.conditions?.some(({ type, status }) => type === "Available" && status === "True") ?? false;
  await waitFor(kube, HostedClusterKind, name, isAvailable, { namespace: benchNamespace, timeoutMs: 300_000 });
}

/** Removes a hosted cluster, and resolves with the seconds until nothing of it was left. */
export async function destroyHosted(kube: Kube, name: string): Promise<number> {
  const began = performance.now();
  await kube.delete(HostedClusterKind, name, benchNamespace);
  await waitForGone(kube, HostedClusterKind, name, { namespace: benchNamespace, timeoutMs: 300_000 });
  await waitForGone(kube, Namespace, `${benchNamespace}-${name}`, { timeoutMs: 300_000 });
  return (performance.now() - began) / 1000;
}

/** The processes of all running pods of a namespace. */
export async function pidsOfNamespace(kube: Kube, namespace: string): Promise<number[]> {
  const pods = await kube.list(Pod, { namespace });
  return pidsOfPods(pods.flatMap(({ metadata }) => metadata?.uid ?? []));
}

/** Starts a pod whose image is present, and resolves with the seconds until it was Ready. */
export async function startPod(kube: Kube, image: string): Promise<number> {
  const name = `pod-${Date.now()}`;
  const began = performance.now();
  await kube.create<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: benchNamespace },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "sleep", image, command: ["sleep", "3600"] }] },
  });
  const isReady = (pod: Pod) =>
    pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
  await waitFor(kube, Pod, name, isReady, { namespace: benchNamespace, timeoutMs: 120_000 });
  const seconds = (performance.now() - began) / 1000;
  await kube.delete(Pod, name, benchNamespace);
  return seconds;
}

/** The operator's own image: one that is on the node for sure. */
export async function presentImage(kube: Kube): Promise<string> {
  const operator = await kube.get(Deployment, "operator", "hypershift");
  const image = operator?.spec?.template.spec?.containers[0]?.image;
  if (!image) throw new Error("There is no operator in the local environment: run npm run quickstart first");
  return image;
}
