import { HostedCluster } from "../../../api/hosted-cluster.ts";
import { NodePool } from "../../../api/node-pool.ts";
import { findCondition, isTrue } from "../../../kube/conditions.ts";
import type { Kube } from "../../../kube/kube.ts";
import type { Run } from "../../command.ts";
import { until } from "../../until.ts";
import type { commonArgs } from "./common-args.ts";
import type { CommonValues } from "./manifests.ts";

type CommonRun = Omit<Run<typeof commonArgs>, "args"> & { args: CommonValues };

/** Follows a new cluster until its API answers and its nodes are there, telling what it waits for. */
export async function waitForCluster({ args, out, signal }: CommonRun, kube: Kube): Promise<void> {
  const { name, namespace, timeout } = args;
  await out.step("Control plane", async (progress) => {
    await until(
      async () => {
        const cluster = await kube.get(HostedCluster, name, namespace);
        if (!cluster) throw new Error(`The HostedCluster ${namespace}/${name} is gone: somebody deleted it`);
        const conditions = cluster.status?.conditions;
        if (isTrue(conditions, "Available") && cluster.status?.kubeconfig) return true;
        return findCondition(conditions, "Available")?.message || "the operator has not looked at it yet";
      },
      { what: `the HostedCluster ${namespace}/${name}`, timeout, signal, onWait: progress.update },
    );
    progress.result("available");
  });
  if (args.nodePoolReplicas === 0) return;
  await out.step("Nodes", async (progress) => {
    let ready = 0;
    await until(
      async () => {
        // Nobody makes the machines of platform None: whoever joins them by hand does so after this.
        const pools = (await kube.list(NodePool, { namespace })).filter(
          ({ spec }) => spec.clusterName === name && spec.platform.type !== "None",
        );
        const wanted = pools.reduce((sum, pool) => sum + (pool.spec.replicas ?? 0), 0);
        ready = pools.reduce((sum, pool) => sum + (pool.status?.replicas ?? 0), 0);
        if (ready >= wanted) return true;
        const why = pools
          .map((pool) => findCondition(pool.status?.conditions, "Ready"))
          .find((each) => each?.status === "False");
        return `${ready} of ${wanted}${why?.message ? `: ${why.message}` : ""}`;
      },
      { what: `the nodes of ${namespace}/${name}`, timeout, signal, onWait: progress.update },
    );
    progress.result(`${ready} ready`);
  });
}
