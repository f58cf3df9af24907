import { parse } from "yaml";
import type { CustomResourceDefinition } from "../../kube/kinds.ts";
import { findImage } from "../../release/image-manifest.ts";
import { readImageFiles } from "../../release/read-image-files.ts";
import type { RegistryAccess } from "../../release/registry-client.ts";

/** The CustomResourceDefinitions in a cluster-api image of ours. */
export async function clusterApiCrds(
  image: string,
  access: RegistryAccess,
  signal: AbortSignal,
): Promise<CustomResourceDefinition[]> {
  const files = await readImageFiles(
    await findImage(image, { ...access, signal }),
    (path) => path.startsWith("manifests/"),
    signal,
  );
  if (files.size === 0) {
    throw new Error(
      `The image ${image} has no Cluster API definitions in /manifests: use the cluster-api image of a release`,
    );
  }
  return [...files].sort(([a], [b]) => a.localeCompare(b)).map(([, text]) => parse(text) as CustomResourceDefinition);
}
