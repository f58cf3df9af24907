import { HostedCluster } from "../../api/hosted-cluster.ts";
import type { Kube } from "../../kube/kube.ts";
import { UsageError } from "../usage-error.ts";

/** Throws where there is no such cluster, with those that there are. */
export async function checkCluster(kube: Kube, name: string, namespace: string): Promise<void> {
  if (await kube.get(HostedCluster, name, namespace)) return;
  const others = (await kube.list(HostedCluster, { namespace })).map(({ metadata }) => metadata?.name).sort();
  throw new UsageError(
    `--cluster ${name}: there is no such HostedCluster in namespace ${namespace}`,
    others.length > 0 ? `there is ${others.join(", ")}` : undefined,
  );
}
