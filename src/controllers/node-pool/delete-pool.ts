import { Machine, MachineDeployment, MachineHealthCheck, MachineSet } from "../../api/cluster-api.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import type { NodePool } from "../../api/node-pool.ts";
import { ownedNamespace } from "../../api/owned-namespace.ts";
import { type Context, type Outcome, wait } from "../../kube/controller.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import type { Kind } from "../../kube/kind.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { platforms } from "../../platforms/index.ts";
import { forgetReport } from "./ensure-tokens.ts";
import { isOfPool } from "./is-of-pool.ts";
import { poolLabel } from "./machine-metadata.ts";
import { unpublishTokens } from "./publish-tokens.ts";

/** Removes what a pool made in the control plane's namespace: machines first, and what they need once they are gone. */
export async function deletePool(pool: NodePool, context: Context): Promise<Outcome> {
  const { kube } = context;
  const { name: namespace, owned } = await ownedNamespace(kube, {
    metadata: { name: pool.spec.clusterName, namespace: pool.metadata?.namespace },
  });
  // A pool never made anything in a namespace that is not its cluster's.
  if (!owned) return undefined;
  const cluster = await kube.get(HostedCluster, pool.spec.clusterName, pool.metadata?.namespace);
  if (!cluster || isBeingDeleted(cluster)) await leaveUndrained(pool, namespace, context);
  await deleteMachines(pool, namespace, context);
  const left = await whatIsLeft(pool, namespace, context);
  if (left) return wait("DeletingMachines", `Waiting for ${left} to go`, 5_000);
  for (const secret of await kube.list(Secret, { namespace })) {
    if (!isOfPool(secret, pool)) continue;
    await kube.delete(Secret, secret.metadata?.name ?? "", namespace);
    await forgetReport(kube, secret.metadata?.name ?? "", namespace);
  }
  await unpublishTokens(kube, pool.metadata?.name ?? "", namespace);
  await deleteTemplates(pool, namespace, context);
}

/** Nothing is left for the pods of a cluster that goes, and its API server may not answer any more. */
async function leaveUndrained(pool: NodePool, namespace: string, { kube }: Context): Promise<void> {
  for (const machine of await kube.list(Machine, { namespace, labels: poolLabels(pool) })) {
    if (!isOfPool(machine, pool) || machine.metadata?.annotations?.[undrained[0]]) continue;
    const annotations = Object.fromEntries(undrained.map((name) => [name, "true"]));
    await kube.patch(Machine, machine.metadata?.name ?? "", namespace, { metadata: { annotations } });
  }
}

const undrained = [
  "machine.cluster.x-k8s.io/exclude-node-draining",
  "machine.cluster.x-k8s.io/exclude-wait-for-node-volume-detach",
] as const;

function poolLabels(pool: NodePool): Record<string, string> {
  return { [poolLabel]: pool.metadata?.name ?? "" };
}

async function deleteMachines(pool: NodePool, namespace: string, { kube }: Context): Promise<void> {
  const name = pool.metadata?.name ?? "";
  const pausedAnnotation = "cluster.x-k8s.io/paused";
  for (const kind of [MachineHealthCheck, MachineDeployment, MachineSet] as Kind<Resource>[]) {
    const object = await kube.get(kind, name, namespace);
    // A health check carries no annotation; it can only be for machines of the pool whose name it has.
    if (!object || (kind.kind !== MachineHealthCheck.kind && !isOfPool(object, pool))) continue;
    // A paused pool can be deleted like any other.
    if (object.metadata?.annotations?.[pausedAnnotation]) {
      await kube.patch(kind, name, namespace, { metadata: { annotations: { [pausedAnnotation]: null } } });
    }
    if (!object.metadata?.deletionTimestamp) await kube.delete(kind, name, namespace);
  }
}

/**
 * The machines of a pool, or else what makes them: Cluster API may make one more until that is gone. As the server has
 * them: what memory has not may be there.
 */
async function whatIsLeft(pool: NodePool, namespace: string, { kube }: Context): Promise<string | undefined> {
  const options = { namespace, labels: poolLabels(pool), live: true };
  // What makes comes first: what it made before it went is in the lists after it.
  const deployments = (await kube.list(MachineDeployment, options)).filter((each) => isOfPool(each, pool));
  const sets = (await kube.list(MachineSet, options)).filter((each) => isOfPool(each, pool));
  const machines = await kube.list(Machine, options);
  return sentence("Machine", machines) ?? sentence("MachineSet", sets) ?? sentence("MachineDeployment", deployments);
}

function sentence(kind: string, objects: Resource[]): string | undefined {
  if (objects.length === 0) return undefined;
  return `${objects.length === 1 ? kind : `${kind}s`} ${objects.map(({ metadata }) => metadata?.name).join(", ")}`;
}

async function deleteTemplates(pool: NodePool, namespace: string, { kube }: Context): Promise<void> {
  const { type } = pool.spec.platform;
  const cluster = await kube.get(HostedCluster, pool.spec.clusterName, pool.metadata?.namespace);
  const render = Object.hasOwn(platforms, type) ? platforms[type]?.machineTemplate : undefined;
  const template = cluster && render?.({ pool, cluster, namespace });
  const kind = template && (await kube.kindOf(template.apiVersion ?? "", template.kind ?? ""));
  if (!kind) return;
  for (const object of await kube.list(kind, { namespace, labels: poolLabels(pool) })) {
    if (isOfPool(object, pool)) await kube.delete(kind, object.metadata?.name ?? "", namespace);
  }
}
