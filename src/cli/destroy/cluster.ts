import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import { findCondition } from "../../kube/conditions.ts";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Namespace, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { duration, flag, positional, text } from "../arg.ts";
import { command } from "../command.ts";
import { safeToDeleteLabel } from "../create/cluster/manifests.ts";
import { until } from "../until.ts";
import { UsageError } from "../usage-error.ts";

const platforms = ["agent", "none", "aws", "kubevirt", "azure", "gcp", "openstack", "powervs"];

export default command({
  summary: "Destroy a hosted cluster with its NodePools, control plane and credentials",
  description: `
Hosts are given back, without draining them, then the control plane and its data go. What "hcp create cluster" made for
the cluster goes too; the namespace of the HostedCluster stays. Running it again after it was stopped goes on where it was.`,
  examples: [
    "destroy cluster demo",
    "destroy cluster agent --name demo",
    "destroy cluster --name demo --namespace clusters --wait=false",
  ],
  args: {
    platform: positional("The cluster's platform, as HyperShift wants it, or the cluster's name", {
      placeholder: "PLATFORM|NAME",
    }),
    name: text("The hosted cluster", { placeholder: "NAME" }),
    namespace: text("Where its HostedCluster is", { default: "clusters", placeholder: "NAME", short: "n" }),
    clusterGracePeriod: duration("How long to wait for it", { default: "10m", aliases: ["timeout"] }),
    destroyCloudResources: flag("Also remove what the cluster's own operators made at the cloud", { default: true }),
    infraId: text("The cluster's infraID; not needed", { placeholder: "ID", hidden: true }),
    force: flag("Accepted as HyperShift does; nothing to force", { hidden: true }),
    wait: flag("Wait until nothing is left", { default: true }),
  },
  async run({ args, out, kube, signal }) {
    const { namespace } = args;
    const name = args.name ?? (platforms.includes(args.platform ?? "") ? undefined : args.platform);
    if (!name) throw new UsageError("--name is required");
    if (args.platform && args.platform !== name && !platforms.includes(args.platform)) {
      throw new UsageError(`"${args.platform}" is no platform`, `there is ${platforms.join(", ")}`);
    }
    const management = await kube();
    const cluster = await management.get(HostedCluster, name, namespace);
    if (!cluster) {
      const left = await deleteLeftovers(management, name, namespace);
      if (left > 0)
        return out.line(
          `HostedCluster ${namespace}/${name} was gone already; ${left === 1 ? "an object made for it is gone now too" : `${left} objects made for it are gone now too`}`,
        );
      throw new Error(`There is no HostedCluster ${namespace}/${name}`);
    }
    await out.step(`HostedCluster ${namespace}/${name}`, async (progress) => {
      if (args.destroyCloudResources && !cluster.metadata?.deletionTimestamp) {
        const annotations = { "hypershift.openshift.io/cleanup-cloud-resources": "true" };
        if (hasCloud(cluster)) await management.patch(HostedCluster, name, namespace, { metadata: { annotations } });
      }
      await management.delete(HostedCluster, name, namespace);
      if (!args.wait) return progress.result("being deleted");
      await until(() => whatIsLeft(management, cluster), {
        what: `the deletion of ${namespace}/${name}`,
        timeout: args.clusterGracePeriod,
        signal,
        onWait: progress.update,
      });
      const left = await deleteLeftovers(management, name, namespace);
      progress.result(
        `destroyed${left > 0 ? `, with ${left} ${left === 1 ? "object" : "objects"} (Secrets and ConfigMaps) made for it` : ""}`,
      );
    });
  },
});

/** Platforms at which a cluster's own operators make things: load balancers, disks, records. */
function hasCloud({ spec }: HostedCluster): boolean {
  return !["Agent", "None", "KubeVirt"].includes(spec.platform.type);
}

async function whatIsLeft(kube: Kube, cluster: HostedCluster): Promise<true | string> {
  const { name = "", namespace, uid } = cluster.metadata ?? {};
  const present = await kube.get(HostedCluster, name, namespace);
  if (!present || present.metadata?.uid !== uid) {
    const remains = await kube.get(Namespace, controlPlaneNamespace(cluster));
    return remains?.metadata?.deletionTimestamp
      ? `waiting for the namespace ${controlPlaneNamespace(cluster)} to go`
      : true;
  }
  const progressing = findCondition(present.status?.conditions, "Progressing");
  if (progressing?.reason.startsWith("Deleting")) return progressing.message;
  const failed = findCondition(present.status?.conditions, "ReconciliationSucceeded");
  return failed?.status === "False" ? failed.message : "waiting for the operator";
}

/** Removes the Secrets and ConfigMaps that `hcp create cluster` made for a cluster of this name. */
async function deleteLeftovers(kube: Kube, name: string, namespace: string): Promise<number> {
  const names = ["pull-secret", "ssh-key", "etcd-encryption-key", "user-ca-bundle"].map(
    (suffix) => `${name}-${suffix}`,
  );
  const pools = (await kube.list(NodePool, { namespace })).filter(({ spec }) => spec.clusterName === name);
  if (pools.length > 0) return 0;
  let count = 0;
  for (const kind of [Secret, ConfigMap] as Kind[]) {
    for (const object of await kube.list(kind, { namespace, labels: { [safeToDeleteLabel]: "true" } })) {
      if (!names.includes(object.metadata?.name ?? "")) continue;
      if (await kube.delete(kind, object.metadata?.name ?? "", namespace)) count++;
    }
  }
  return count;
}
