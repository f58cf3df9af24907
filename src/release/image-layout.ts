import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Image } from "./image.ts";
import type { ImageManifest } from "./image-manifest.ts";
import { RegistryError } from "./registry-error.ts";

/** Where a folder that is laid out as OCI says keeps the content with that digest. */
export function blobPath(layout: string, digest: string): string {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (hex) return join(layout, "blobs", "sha256", hex);
  throw new RegistryError(
    "UnexpectedAnswer",
    "An image names a part of itself otherwise than by its SHA-256 digest; check the image.",
  );
}

/** The image in such a folder whose manifest has that digest. */
export async function imageInLayout(layout: string, name: string, digest: string): Promise<Image> {
  const manifest = await readFile(blobPath(layout, digest), "utf8");
  const { config, layers } = JSON.parse(manifest) as ImageManifest;
  return {
    name,
    digest,
    manifest,
    config: await readFile(blobPath(layout, config.digest), "utf8"),
    layers: layers.map((layer) => ({
      digest: layer.digest,
      size: layer.size,
      open: () => createReadStream(blobPath(layout, layer.digest), { highWaterMark: 1 << 20 }),
    })),
  };
}
