import { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import { ownedNamespace } from "../../api/owned-namespace.ts";
import { type Context, type Wait, wait } from "../../kube/controller.ts";
import { platforms } from "../../platforms/index.ts";
import type { NodePoolOptions } from "./options.ts";
import type { Pass } from "./pass.ts";

/** Starts a pass: finds the pool's cluster and platform, or says what is missing. */
export async function findCluster(pool: NodePool, context: Context, options: NodePoolOptions): Promise<Pass | Wait> {
  const { namespace } = pool.metadata ?? {};
  const cluster = await context.kube.get(HostedCluster, pool.spec.clusterName, namespace);
  if (!cluster) {
    return wait(
      "ClusterNotFound",
      `HostedCluster ${pool.spec.clusterName} does not exist in namespace ${namespace}: create it`,
      60_000,
    );
  }
  const { type } = pool.spec.platform;
  if (type !== cluster.spec.platform.type) {
    return wait(
      "PlatformMismatch",
      `The platform of the pool is ${type} and that of its cluster ${cluster.spec.platform.type}: make a pool of platform ${cluster.spec.platform.type}`,
      3_600_000,
    );
  }
  const platform = Object.hasOwn(platforms, type) ? platforms[type] : undefined;
  if (!platform) {
    return wait(
      "PlatformNotServed",
      `The platform ${type} is not served yet: use one of ${Object.keys(platforms).join(", ")}`,
      3_600_000,
    );
  }
  const { name: controlPlane, present, owned } = await ownedNamespace(context.kube, cluster);
  if (present && !owned) {
    return wait(
      "NamespaceNotOwned",
      `The namespace ${controlPlane} is not that of HostedCluster ${pool.spec.clusterName}: see its condition ValidConfiguration`,
      60_000,
    );
  }
  const pass = {
    ...context,
    pool,
    options,
    cluster,
    platform,
    core: {},
    namespace: controlPlane,
    userConfigs: [],
    configHash: "",
  };
  await ensureOwner(pass);
  return pass;
}

/** A pool goes with its cluster, even where somebody deletes that in an unusual way. */
async function ensureOwner({ pool, cluster, kube }: Pass): Promise<void> {
  const { name = "", namespace, ownerReferences = [], deletionTimestamp } = pool.metadata ?? {};
  const { name: clusterName = "", uid = "" } = cluster.metadata ?? {};
  if (deletionTimestamp || ownerReferences.some((owner) => owner.uid === uid)) return;
  const owner = { apiVersion: HostedCluster.apiVersion, kind: HostedCluster.kind, name: clusterName, uid };
  await kube.patch(NodePool, name, namespace, { metadata: { ownerReferences: [...ownerReferences, owner] } });
}
