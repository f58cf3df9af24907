import type { HostedControlPlane } from "../api/index.ts";
import type { Release } from "../release/release.ts";
import { insideImage } from "./inside-image.ts";
import type { GuestOptions } from "./options.ts";

/** The release of what runs inside the hosted cluster now: behind that of the control plane, never ahead of it. */
export function readRelease(
  { releaseOf, management }: Pick<GuestOptions, "releaseOf" | "management">,
  hostedControlPlane: HostedControlPlane,
): Promise<Release> {
  const { controlPlaneReleaseImage: _, ...spec } = hostedControlPlane.spec;
  return releaseOf(
    { ...hostedControlPlane, spec: { ...spec, releaseImage: insideImage(hostedControlPlane) } },
    management,
  );
}
