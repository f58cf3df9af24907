import { type AgentMachine, releaseHostAnnotation } from "../../api/agent-machine.ts";
import { Cluster, clusterNameLabel } from "../../api/cluster-api.ts";
import { type Wait, wait } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";

/**
 * Why the machine is to be left alone, if it is: Cluster API's contract says so (it or its cluster is paused), or its
 * Cluster is gone. A Cluster that is gone is not one that is not paused: its hosts may run for it elsewhere by now.
 */
export async function pauseOf({ metadata }: AgentMachine, kube: Kube): Promise<Wait | undefined> {
  if (metadata?.annotations?.["cluster.x-k8s.io/paused"] !== undefined) return paused;
  const name = metadata?.labels?.[clusterNameLabel] ?? "";
  const cluster = await kube.get(Cluster, name, metadata?.namespace);
  if (cluster) return cluster.spec.paused === true ? paused : undefined;
  if (metadata?.annotations?.[releaseHostAnnotation] === "true") return undefined;
  return wait(
    "ClusterIsMissing",
    `The Cluster ${JSON.stringify(name)} of this machine does not exist, so nothing is done to its host: restore the Cluster, or annotate the AgentMachine with ${releaseHostAnnotation}=true to have its host reset`,
    60_000,
  );
}

const paused = wait("Paused", "The cluster is paused", 600_000);
