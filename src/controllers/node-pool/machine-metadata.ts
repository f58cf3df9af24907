import { architectureAnnotation } from "../../api/agent-machine.ts";
import type { NodePool } from "../../api/node-pool.ts";
import { nodePoolAnnotation } from "../../ignition/token-secret.ts";
import { isLabelKey } from "./label-words.ts";

/** Label of everything of a pool in the control plane's namespace. */
export const poolLabel = "hypershift.openshift.io/nodePool";
/** Before the key of a label that a node gets; the rest of the chain hands it on. */
const managedLabelPrefix = "managed.hypershift.openshift.io.";
const labelsAnnotation = "hypershift.openshift.io/nodePoolLabels";
const taintsAnnotation = "hypershift.openshift.io/nodePoolTaints";

/**
 * What each Machine of the pool carries. Cluster API keeps it in step on Machines that exist, without replacing them,
 * and the hosted cluster's side hands labels and taints on to the nodes.
 */
export function machineMetadata(pool: NodePool, clusterName: string) {
  const { name = "", namespace } = pool.metadata ?? {};
  const { nodeLabels = {}, taints = [] } = pool.spec;
  const handedOn = Object.entries(nodeLabels)
    .map(([key, value]) => [managedLabelPrefix + key, value] as const)
    .filter(([key]) => isLabelKey(key));
  return {
    labels: { "cluster.x-k8s.io/cluster-name": clusterName, [poolLabel]: name, ...Object.fromEntries(handedOn) },
    annotations: {
      [nodePoolAnnotation]: `${namespace}/${name}`,
      // Here and not in the machine template: it is the same for machines that are there already.
      [architectureAnnotation]: pool.spec.arch ?? "amd64",
      // The labels once more: with the prefix, some keys are too long to be a label's.
      [labelsAnnotation]: JSON.stringify(nodeLabels),
      [taintsAnnotation]: JSON.stringify(taints),
    },
  };
}
