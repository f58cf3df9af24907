import { Agent } from "../../api/agent.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Namespace, Secret } from "../../kube/kinds.ts";
import type { Kube, ListOptions } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { restoreOrder } from "../restore-order.ts";
import { belongsToCluster, belongsToControlPlane, namesIn } from "./belongs.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { recordedKinds } from "./recorded-kinds.ts";

/** Everything in the management cluster that a restore of this cluster needs, in the order in which it can be restored. */
export async function collectObjects(kube: Kube, cluster: HostedCluster, signal: AbortSignal): Promise<Recorded[]> {
  const { name = "", namespace = "", uid = "" } = cluster.metadata ?? {};
  const plane = controlPlaneNamespace(cluster);
  const list = <R extends Resource>(kind: Kind<R>, options: ListOptions = {}) =>
    kube.list(kind, { signal, ...options }).then((objects) => objects.map((object) => ofKind(kind, object)));
  const home = await kube.get(Namespace, plane, undefined, { signal });
  const pools = (await list(NodePool, { namespace })).filter(({ spec }) => spec.clusterName === name);
  const specs = [cluster.spec, ...pools.map(({ spec }) => spec)];
  const named = namesIn(specs);
  const owners = new Set([uid, ...pools.map(({ metadata }) => metadata?.uid ?? "")]);

  const ofCluster = async (kind: Kind) =>
    (await list(kind, { namespace })).filter((object) => belongsToCluster(object, named, owners));
  const ofControlPlane = async (kind: Kind) => (await list(kind, { namespace: plane })).filter(belongsToControlPlane);
  // One after the other: a backup is in no hurry, and holds up nobody else at the API server.
  const found: Resource[] = [
    ...(home ? [ofKind(Namespace, home)] : []),
    cluster,
    ...pools,
    ...(await ofCluster(Secret)),
    ...(await ofCluster(ConfigMap)),
    ...(await ofControlPlane(Secret)),
    ...(await ofControlPlane(ConfigMap)),
  ];
  for (const kind of recordedKinds) found.push(...(await list(kind, { namespace: plane, optional: true })));
  const hosts = await list(Agent, { optional: true });
  found.push(...hosts.filter(({ spec }) => spec.clusterDeploymentName?.namespace === plane));

  const all = found.map(recorded);
  const ordered = restoreOrder(all.map(({ facts }, index) => ({ ...facts, index })));
  return ordered.flatMap(({ index }) => all[index] ?? []);
}

/** Objects of a list come without it. */
function ofKind<R extends Resource>({ apiVersion, kind }: Kind<R>, object: R): R {
  return { ...object, apiVersion, kind };
}
