import { findImage } from "./image-manifest.ts";
import { readImageFiles } from "./read-image-files.ts";
import type { RegistryAccess } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";
import { type Release, release } from "./release.ts";
import { isReleaseManifest, parseReleaseManifests, releaseFolder } from "./release-manifests.ts";

/** How long reading a release may take in all. */
const deadlineMs = 120_000;

/**
 * Reads a release image through its registry's API. Rejects with `RegistryError`, whose reason and message are fit for
 * a condition: the image is unknown, the pull secret is not accepted, the registry is away, or it is another image.
 */
export async function readRelease({
  image,
  signal,
  ...access
}: RegistryAccess & { image: string; signal?: AbortSignal }): Promise<Release> {
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    return await read(image, access, signal ? AbortSignal.any([signal, deadline]) : deadline);
  } catch (error) {
    signal?.throwIfAborted();
    if (!deadline.aborted) throw error;
    throw new RegistryError(
      "RegistryUnreachable",
      `The image ${image} could not be read within ${deadlineMs / 1000} s; check its registry and the network.`,
      { cause: error },
    );
  }
}

async function read(image: string, access: RegistryAccess, signal: AbortSignal): Promise<Release> {
  const found = await findImage(image, { ...access, signal });
  const content = parseReleaseManifests(await readImageFiles(found, isReleaseManifest, signal));
  const loose = Object.entries(content?.images ?? {}).find(([, each]) => !/@sha256:[0-9a-f]{64}$/.test(each));
  if (loose) {
    throw new RegistryError(
      "NotAReleaseImage",
      `The release ${image} names its image ${loose[0]} without a digest; name a release that \`hcp release push\` made.`,
    );
  }
  if (content) return release(image, found.digest, content);
  throw new RegistryError(
    "NotAReleaseImage",
    `The image ${image} is not a release image: it has no readable ${releaseFolder}/image-references and release-metadata; name one that \`hcp release push\` made.`,
  );
}
