import { isAllowedImage } from "./is-allowed-image.ts";

/** Why a release may not be used: its programs run in the management cluster, so its provider says where it may come from. */
export function foreignRelease(
  field: string,
  image: string | undefined,
  allowed: readonly string[],
): string | undefined {
  if (!image || isAllowedImage(image, allowed)) return undefined;
  const places = allowed.length > 0 ? `only of ${allowed.join(", ")}` : "of no registry";
  return `${field} is ${image}, and this operator runs releases ${places}: use one of those, or have the operator installed with --allow-releases for it`;
}
