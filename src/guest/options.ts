import type { HostedControlPlane } from "../api/index.ts";
import type { Kube } from "../kube/kube.ts";
import type { Release } from "../release/release.ts";

/** What the loops inside a hosted cluster are given. */
export interface GuestOptions {
  management: Kube;
  /** The hosted cluster's API server, as an administrator. */
  guest: Kube;
  /** Where the HostedControlPlane is. */
  namespace: string;
  /** The release of the control plane: that of `controlPlaneReleaseImage`, or else of `releaseImage`. */
  releaseOf: (hostedControlPlane: HostedControlPlane, management: Kube) => Promise<Release>;
  /** The IP addresses of a host name; rejects or gives none where it has none. */
  resolve: (host: string) => Promise<string[]>;
}
