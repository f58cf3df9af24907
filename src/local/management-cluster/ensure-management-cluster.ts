import { join } from "node:path";
import { createKube } from "../../kube/create-kube.ts";
import { Deployment, Node } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { waitFor } from "../../kube/wait-for.ts";
import type { Environment } from "../environment.ts";
import { ensureMachine } from "../machine/ensure-machine.ts";
import { ignitionConfig } from "../machine/ignition-config.ts";
import type { Podman } from "../podman.ts";
import type { Progress } from "../progress.ts";
import { stateFiles } from "../state-files.ts";
import { until } from "../until.ts";
import { addons, formerAddons, type Images } from "./addons/index.ts";
import { volumeFolder } from "./addons/storage-class.ts";
import { clusterKeys } from "./certificates.ts";
import type { Cluster } from "./cluster.ts";
import { clientKubeconfig, machineConfig, programs } from "./machine-config.ts";

export interface ManagementClusterOptions {
  environment: Environment;
  podman: Podman;
  cluster: Cluster;
  /** The node image. */
  image: string;
  /** Folders with the programs of Kubernetes and of etcd. */
  programs: { kubernetes: string; etcd: string };
  /** The image that holds pods: any that only waits. */
  pause: string;
  now: () => Date;
  progress: Progress;
  signal?: AbortSignal;
}

/** Where the files of a cluster of that name are kept. */
export function clusterFolder(environment: Environment, name: string): string {
  return join(environment.state, "clusters", name);
}

/** The file with the admin kubeconfig of a cluster. */
export function kubeconfigOf(environment: Environment, name: string): string {
  return join(clusterFolder(environment, name), "kubeconfig");
}

/** A management cluster that runs, and what had to be done for it. */
export interface RunningCluster {
  kube: Kube;
  done: string;
}

/** Makes the machine of a management cluster run, and returns once its API server and node are ready. */
export async function ensureManagementCluster(options: ManagementClusterOptions): Promise<RunningCluster> {
  const { environment, podman, cluster, now, progress, signal } = options;
  const files = stateFiles(clusterFolder(environment, cluster.name), now);
  const keys = await clusterKeys(cluster, files);
  const config = ignitionConfig(machineConfig(cluster, keys, options.pause));
  const path = await files.write("machine.ign", config);
  const done = await ensureMachine(
    environment,
    {
      name: cluster.name,
      role: "management-cluster",
      address: cluster.address,
      image: options.image,
      dns: cluster.services.address,
      mounts: {
        [path]: "/boot/system.ign",
        [options.programs.kubernetes]: programs.kubernetes,
        [options.programs.etcd]: programs.etcd,
      },
      persistent: [
        "/var/lib/etcd",
        "/var/lib/containerd",
        "/var/lib/kubelet",
        "/var/lib/cni",
        "/var/log",
        volumeFolder,
      ],
      content: config,
    },
    { podman, signal },
  );
  progress.update(`machine ${done}, waiting for the API server`);
  const kube = await createKube({
    path: await files.write("kubeconfig", clientKubeconfig(cluster, keys, "admin")),
    fieldManager: "roost-local",
  });
  await until(`the API server of ${cluster.name} is ready`, () => isReady(kube), { signal });
  progress.update(`machine ${done}, waiting for the node`);
  await until(`the node of ${cluster.name} is ready`, () => nodeIsReady(kube, cluster.name), { signal });
  return { kube, done };
}

/** Applies what a management cluster needs beside Kubernetes itself, and returns once all of it works. */
export async function ensureAddons(
  kube: Kube,
  cluster: Cluster,
  image: Images,
  { progress, signal }: { progress: Progress; signal?: AbortSignal },
): Promise<void> {
  const resources = addons(cluster, image);
  for (const resource of resources) await kube.apply(resource);
  for (const { kind, name, namespace } of formerAddons) await kube.delete(kind, name, namespace);
  for (const { kind, metadata } of resources) {
    const { name = "", namespace } = metadata ?? {};
    if (kind !== Deployment.kind) continue;
    progress.update(`waiting for ${name}`);
    const what = "be available: look at its pods";
    await waitFor(kube, Deployment, name, isAvailable, { namespace, signal, what, timeoutMs: 180_000 });
  }
}

function isAvailable({ metadata, status }: Deployment): boolean {
  return status?.observedGeneration === metadata?.generation && (status?.availableReplicas ?? 0) > 0;
}

async function isReady(kube: Kube): Promise<boolean> {
  return kube.request("GET", "/readyz").then(
    ({ status }) => status === 200,
    () => false,
  );
}

async function nodeIsReady(kube: Kube, name: string): Promise<boolean> {
  const node = await kube.get(Node, name).catch(() => undefined);
  return node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
