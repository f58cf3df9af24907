import { findImage } from "./image-manifest.ts";
import { readImageFiles } from "./read-image-files.ts";
import type { RegistryAccess } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";
import { type Release, release } from "./release.ts";
import { parseReleaseManifests, releaseFolder } from "./release-manifests.ts";

/**
 * Reads a release image through its registry's API. Rejects with `RegistryError`, whose reason and message are fit for
 * a condition: the image is unknown, the pull secret is not accepted, the registry is away, or it is another image.
 */
export async function readRelease({
  image,
  signal,
  ...access
}: RegistryAccess & { image: string; signal?: AbortSignal }): Promise<Release> {
  const found = await findImage(image, { ...access, signal });
  const content = parseReleaseManifests(await readImageFiles(found, releaseFolder, signal));
  if (content) return release(image, found.digest, content);
  throw new RegistryError(
    "NotAReleaseImage",
    `The image ${image} is not a release image: it has no readable ${releaseFolder}/image-references and release-metadata; name one that \`hcp release push\` made.`,
  );
}
