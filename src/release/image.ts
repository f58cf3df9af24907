import { createHash } from "node:crypto";
import { goArchitecture, type ImageManifest, mediaTypes } from "./image-manifest.ts";
import type { ImageRecipe } from "./image-recipes.ts";
import { type Layer, makeLayer } from "./layer.ts";

/** An image that is ready to be pushed. */
export interface Image {
  name: string;
  digest: string;
  manifest: string;
  config: string;
  layers: Layer[];
}

/** Makes the image of a recipe; what was read before is not read again (see `makeLayer`). */
export async function makeImage(
  recipe: ImageRecipe,
  cache: string,
  labels: Record<string, string> = {},
): Promise<Image> {
  const layers: Layer[] = [];
  for (const entries of recipe.layers) layers.push(await makeLayer(entries, cache));
  const config = JSON.stringify({
    architecture: goArchitecture(),
    os: "linux",
    config: {
      Entrypoint: recipe.entrypoint,
      ...(recipe.command && { Cmd: recipe.command }),
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      WorkingDir: "/",
      Labels: labels,
      ...(recipe.user && { User: recipe.user }),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: sha256(config), size: Buffer.byteLength(config) },
    layers: layers.map(({ digest, size }) => ({ mediaType: mediaTypes.layer, digest, size })),
  } satisfies ImageManifest);
  return { name: recipe.name, digest: sha256(manifest), manifest, config, layers };
}

function sha256(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
