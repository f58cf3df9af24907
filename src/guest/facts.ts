import type { ControlPlane } from "../control-plane/control-plane.ts";

/** Everything that rendering the inside of a hosted cluster depends on. No client, no clock: same facts, same manifests. */
export interface Facts extends Pick<ControlPlane, "name" | "namespace" | "spec" | "release" | "endpoints"> {
  /** What konnectivity agents prove themselves with, in PEM. */
  konnectivityAgent?: { certificate: string; key: string; authority: string };
  /** When somebody last had the agents started anew. */
  agentsRestartedAt?: string;
  /** How many seconds lie between the looks of the agents that are there, for a server that they lack. */
  agentsLookEvery?: number;
  /** The authorities of the API server and of those who may call kubelets, in PEM. */
  nodeAuthorities?: { apiServer: string; kubeletClients: string };
  /** How many nodes are ready, and how many are not. */
  nodesReady: number;
  nodesNotReady: number;
  /** The cluster's own pull secret (dockerconfigjson). */
  pullSecret?: string;
  /** Further authorities that the cluster trusts, in PEM. */
  additionalTrustBundle?: string;
  /** The authority of the cluster's proxy, in PEM. */
  proxyTrustBundle?: string;
  /** What the cluster's users added to it in kube-system/additional-pull-secret. */
  additionalPullSecret?: string;
}

/** Whether the network of the release is installed, rather than one that the user brings. */
export function hasBuiltInNetwork({ spec }: Facts): boolean {
  return spec.networking?.networkType !== "Other";
}
