import type { HostedControlPlane } from "../api/index.ts";

/**
 * The release image of what runs inside the hosted cluster. It follows the control plane: while that is on its way to
 * another release, the inside stays at the release that it has. The first release needs not wait for anything.
 */
export function insideImage({ spec, status }: Pick<HostedControlPlane, "spec" | "status">): string {
  const wanted = spec.controlPlaneReleaseImage ?? spec.releaseImage;
  const history = status?.controlPlaneVersion?.history ?? [];
  const arrived = history[0]?.image === wanted && history[0].state === "Completed";
  const first = !history.some(({ state }) => state === "Completed");
  if (arrived || first) return spec.releaseImage;
  return status?.versionStatus?.history?.[0]?.image || spec.releaseImage;
}
