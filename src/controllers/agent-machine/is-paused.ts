import type { AgentMachine } from "../../api/agent-machine.ts";
import { Cluster, clusterNameLabel } from "../../api/cluster-api.ts";
import type { Kube } from "../../kube/kube.ts";

/** Whether Cluster API's contract says to leave the machine alone: it or its cluster is paused. */
export async function isPaused({ metadata }: AgentMachine, kube: Kube): Promise<boolean> {
  if (metadata?.annotations?.["cluster.x-k8s.io/paused"] !== undefined) return true;
  const cluster = await kube.get(Cluster, metadata?.labels?.[clusterNameLabel] ?? "", metadata?.namespace);
  return cluster?.spec.paused === true;
}
