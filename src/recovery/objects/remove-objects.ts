import { Agent } from "../../api/agent.ts";
import { Cluster } from "../../api/cluster-api.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { type Held, heldAnnotation, heldByAnnotation } from "../../api/held.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import { isNotFound } from "../../kube/api-error.ts";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Namespace, Role, RoleBinding, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { waitForGone } from "../../kube/wait-for.ts";
import { recordedKinds } from "../backup/recorded-kinds.ts";
import { madeByAnnotation } from "./remade.ts";

export interface RemoveOptions {
  kube: Kube;
  signal: AbortSignal;
  cluster: { namespace: string; name: string };
  /** The uid of the Restore. */
  madeBy: string;
}

/** How long one object may take to go; a namespace waits for the pods in it. */
const patienceMs = 600_000;

/**
 * Removes what a restore has made of a cluster, known by its mark, and nothing else; gives how many objects. No host is
 * touched: what stands for hosts goes first, so that nobody can give them back, and machines are paused meanwhile. What
 * is in the control plane's namespace besides goes with that.
 */
export async function removeObjects(options: RemoveOptions): Promise<number> {
  const { cluster } = options;
  const plane = controlPlaneNamespace({ metadata: cluster });
  await holdAll(options, plane);
  let removed = 0;
  const remove = async (kind: Kind, namespace?: string) => {
    for (const object of await made(options, kind, namespace)) {
      await removeObject(options, kind, object);
      removed++;
    }
  };
  await remove(Agent);
  for (const kind of [...recordedKinds].reverse()) await remove(kind, plane);
  for (const kind of [NodePool, HostedCluster, Secret, ConfigMap] as Kind[]) await remove(kind, cluster.namespace);
  for (const kind of [RoleBinding, Role] as Kind[]) await remove(kind);
  const home = await options.kube.get(Namespace, plane, undefined, { live: true, signal: options.signal });
  if (home && isMade(options, home)) await removeObject(options, Namespace, home);
  // One that outlived its control plane is as it was.
  await hold(options, null);
  return removed;
}

/** So that nobody makes again what goes, and nobody acts on machines that a user has let go too early. */
async function holdAll(options: RemoveOptions, plane: string): Promise<void> {
  const { kube, signal } = options;
  await hold(options, "everything");
  for (const { metadata } of await made(options, Cluster, plane)) {
    const changes = { metadata: { uid: metadata?.uid }, spec: { paused: true } };
    await kube.patch(Cluster, metadata?.name ?? "", plane, changes, { signal });
  }
}

/** Nothing where it is another cluster that was given the name meanwhile, which this restore neither made nor held. */
async function hold(options: RemoveOptions, held: Held | null): Promise<void> {
  const { kube, signal, cluster, madeBy } = options;
  const { name, namespace } = cluster;
  const present = await kube.get(HostedCluster, name, namespace, { live: true, signal });
  if (!present) return;
  if (!isMade(options, present) && present.metadata?.annotations?.[heldByAnnotation] !== madeBy) return;
  const annotations = { [heldAnnotation]: held, ...(held === null && { [heldByAnnotation]: null }) };
  const metadata = { uid: present.metadata?.uid, annotations };
  await kube.patch(HostedCluster, name, namespace, { metadata }, { signal });
}

async function made<R extends Resource>(options: RemoveOptions, kind: Kind<R>, namespace?: string): Promise<R[]> {
  const { kube, signal } = options;
  const objects = await kube.list(kind, { namespace, signal, live: true });
  return objects.filter((each) => isMade(options, each));
}

const isMade = ({ madeBy }: RemoveOptions, { metadata }: Resource) =>
  metadata?.annotations?.[madeByAnnotation] === madeBy;

async function removeObject({ kube, signal }: RemoveOptions, kind: Kind, { metadata }: Resource): Promise<void> {
  const { name = "", namespace, uid } = metadata ?? {};
  await kube.delete(kind, name, namespace, { uid, propagation: "Background", signal });
  // Whoever set a finalizer has nothing to do for what never worked; nobody can set one any more.
  const bare = kube.patch(kind, name, namespace, { metadata: { uid, finalizers: null } }, { signal });
  await bare.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
  await waitForGone(kube, kind, name, { namespace, timeoutMs: patienceMs, signal });
}
