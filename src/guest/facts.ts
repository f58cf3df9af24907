import type { HostedControlPlane } from "../api/index.ts";
import type { Endpoints } from "../control-plane/endpoints.ts";
import type { Release } from "../release/release.ts";

/** Everything that rendering the inside of a hosted cluster depends on. No client, no clock: same facts, same manifests. */
export interface Facts {
  /** The HostedControlPlane's name and namespace. */
  name: string;
  namespace: string;
  spec: HostedControlPlane["spec"];
  release: Release;
  /** Where the world, and so the nodes, reach the published services, as far as known. */
  endpoints: Endpoints;
  /** What konnectivity agents prove themselves with, in PEM. */
  konnectivityAgent?: { certificate: string; key: string; authority: string };
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
