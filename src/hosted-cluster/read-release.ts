import type { HostedControlPlane } from "../api/index.ts";
import type { Release } from "../release/release.ts";
import type { HostedClusterOptions } from "./options.ts";

/** The release of what runs inside the hosted cluster, also where the control plane itself is ahead of it. */
export function readRelease(
  { releaseOf }: HostedClusterOptions,
  hostedControlPlane: HostedControlPlane,
): Promise<Release> {
  const { controlPlaneReleaseImage: _, ...spec } = hostedControlPlane.spec;
  return releaseOf({ ...hostedControlPlane, spec });
}
