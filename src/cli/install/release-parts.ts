import { parse } from "yaml";
import type { CustomResourceDefinition } from "../../kube/kinds.ts";
import { findImage } from "../../release/image-manifest.ts";
import { readImageFiles } from "../../release/read-image-files.ts";
import { readRelease } from "../../release/read-release.ts";
import type { RegistryAccess } from "../../release/registry-client.ts";
import type { Release } from "../../release/release.ts";

/** What an installation takes from a release. */
export interface ReleaseParts {
  release: Release;
  /** Cluster API's CustomResourceDefinitions, which its image carries. */
  crds: CustomResourceDefinition[];
}

/** Reads the release and the definitions in its cluster-api image. */
export async function readReleaseParts(
  image: string,
  access: RegistryAccess,
  signal: AbortSignal,
): Promise<ReleaseParts> {
  const release = await readRelease({ image, ...access, signal });
  return { release, crds: await clusterApiCrds(release.image("cluster-api"), access, signal) };
}

/** The CustomResourceDefinitions in a cluster-api image of ours. */
export async function clusterApiCrds(
  image: string,
  access: RegistryAccess,
  signal: AbortSignal,
): Promise<CustomResourceDefinition[]> {
  const files = await readImageFiles(await findImage(image, { ...access, signal }), "manifests", signal);
  if (files.size === 0) {
    throw new Error(
      `The image ${image} has no Cluster API definitions in /manifests: use the cluster-api image of a release`,
    );
  }
  return [...files].sort(([a], [b]) => a.localeCompare(b)).map(([, text]) => parse(text) as CustomResourceDefinition);
}
