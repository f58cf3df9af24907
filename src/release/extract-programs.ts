import { createWriteStream } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import type { Image } from "./image.ts";
import type { ImageManifest } from "./image-manifest.ts";

/** Writes these files of an image into a folder as programs, each by its own name; the topmost layer that has one counts. */
export async function extractPrograms(
  image: Image,
  paths: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const wanted = new Set(paths);
  const { layers } = JSON.parse(image.manifest) as ImageManifest;
  for (const [index, layer] of [...image.layers.entries()].toReversed()) {
    if (wanted.size === 0) return;
    const entries = extract();
    const unpacked = /gzip$/.test(layers[index]?.mediaType ?? "") ? [createGunzip()] : [];
    const read = pipeline([layer.open(), ...unpacked, entries], { signal });
    // Its error comes through the entries as well.
    read.catch(() => {});
    for await (const entry of entries) {
      const path = entry.header.name.replace(/^(\.?\/)+/, "");
      if (entry.header.type === "file" && wanted.delete(path)) {
        await pipeline(entry, createWriteStream(join(folder, basename(path)), { mode: 0o755 }));
      } else entry.resume();
    }
    await read;
  }
  if (wanted.size === 0) return;
  throw new Error(
    `The release's image ${image.name} has no ${[...wanted].join(", ")}, which a quick start needs; name a release that this version of hcp pushed.`,
  );
}
