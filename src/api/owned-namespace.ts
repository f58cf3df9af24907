import { Namespace } from "../kube/kinds.ts";
import type { Kube, ReadOptions } from "../kube/kube.ts";
import { controlPlaneNamespace } from "./control-plane-namespace.ts";

/** On a control plane's namespace: whose it is, as `namespace/name`. */
export const ownerAnnotation = "hypershift.openshift.io/cluster";

/** The namespace of a control plane, and whether it is that of this HostedCluster. */
export interface ControlPlaneNamespace {
  name: string;
  /** As it is in the management cluster, where it is there. */
  present?: Namespace;
  /** False where it is not there, too. */
  owned: boolean;
}

/**
 * Asked before anything in a control plane's namespace is read or touched: two HostedClusters whose namespace and name
 * join to the same text (`a` and `b-c`, `a-b` and `c`) have the same name for it, and only one of them owns it.
 */
export async function ownedNamespace(
  kube: Kube,
  cluster: { metadata?: { name?: string; namespace?: string } },
  options: ReadOptions = {},
): Promise<ControlPlaneNamespace> {
  const name = controlPlaneNamespace(cluster);
  const present = await kube.get(Namespace, name, undefined, options);
  const owner = present?.metadata?.annotations?.[ownerAnnotation];
  return { name, present, owned: owner === `${cluster.metadata?.namespace}/${cluster.metadata?.name}` };
}
