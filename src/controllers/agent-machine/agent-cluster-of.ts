import { AgentCluster } from "../../api/agent-cluster.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import { Cluster, clusterNameLabel } from "../../api/cluster-api.ts";
import type { Kube } from "../../kube/kube.ts";

/** The AgentCluster that a machine is of; it says in which namespace its hosts are. */
export async function agentClusterOf(kube: Kube, { metadata }: AgentMachine): Promise<AgentCluster | undefined> {
  const { namespace, labels } = metadata ?? {};
  const cluster = await kube.get(Cluster, labels?.[clusterNameLabel] ?? "", namespace);
  return cluster && kube.get(AgentCluster, cluster.spec.infrastructureRef?.name ?? "", namespace);
}
