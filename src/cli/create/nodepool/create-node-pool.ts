import { HostedCluster } from "../../../api/hosted-cluster.ts";
import type { NodePool } from "../../../api/node-pool.ts";
import { isAlreadyExists, isInvalid } from "../../../kube/api-error.ts";
import type { Run, Values } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import type { commonArgs } from "./common-args.ts";

type CommonValues = Values<typeof commonArgs>;
type CommonRun = Omit<Run<typeof commonArgs>, "args"> & { args: CommonValues };

/** What a platform adds. The cluster is only there where the management cluster was asked. */
interface PoolChoice {
  platform: (cluster: HostedCluster | undefined) => NodePool["spec"]["platform"];
  upgradeType: "Replace" | "InPlace";
}

/** What all `create nodepool` commands do. */
export async function createNodePool(run: CommonRun, choice: PoolChoice): Promise<void> {
  const { args, out } = run;
  if (args.render && args.releaseImage) return out.yaml([nodePool(args, choice, args.releaseImage)]);
  const kube = await run.kube();
  const cluster = await kube.get(HostedCluster, args.clusterName, args.namespace);
  if (!cluster) {
    const others = (await kube.list(HostedCluster, { namespace: args.namespace })).map(
      ({ metadata }) => metadata?.name,
    );
    throw new UsageError(
      `--cluster-name ${args.clusterName}: there is no such HostedCluster in namespace ${args.namespace}`,
      others.length > 0 ? `there is ${others.join(", ")}` : undefined,
    );
  }
  const pool = nodePool(args, choice, args.releaseImage ?? cluster.spec.release.image, cluster);
  if (pool.spec.platform.type !== cluster.spec.platform.type) {
    throw new UsageError(
      `the HostedCluster ${args.clusterName} is of platform ${cluster.spec.platform.type}`,
      otherCommand(cluster.spec.platform.type),
    );
  }
  if (args.render) return out.yaml([pool]);
  try {
    await kube.create(pool);
  } catch (error) {
    if (isAlreadyExists(error)) throw new Error(`The NodePool ${args.namespace}/${args.name} exists already`);
    if (isInvalid(error)) throw new UsageError((error as Error).message);
    throw error;
  }
  out.line(`NodePool ${args.namespace}/${args.name} created: ${args.replicas} nodes for ${args.clusterName}`);
}

function otherCommand(platform: string): string {
  return ["Agent", "AWS", "KubeVirt", "None"].includes(platform)
    ? `use "hcp create nodepool ${platform.toLowerCase()}"`
    : `write a NodePool with spec.platform.type ${platform} and apply it with kubectl`;
}

function nodePool(args: CommonValues, choice: PoolChoice, image: string, cluster?: HostedCluster): NodePool {
  return {
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "NodePool",
    metadata: { name: args.name, namespace: args.namespace },
    spec: {
      clusterName: args.clusterName,
      replicas: args.replicas,
      release: { image },
      arch: args.arch,
      management: { autoRepair: args.autoRepair, upgradeType: args.nodeUpgradeType ?? choice.upgradeType },
      ...(args.nodeDrainTimeout ? { nodeDrainTimeout: args.nodeDrainTimeout } : {}),
      platform: choice.platform(cluster),
    } as NodePool["spec"],
  };
}
