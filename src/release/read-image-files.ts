import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { type FoundImage, readBlob } from "./image-manifest.ts";

/**
 * The text of the files in an image under one of the folders named, by path without a leading slash. Reads the layers
 * as streams from the top down, and only as many as it takes: a folder is taken from the topmost layer that has it.
 */
export async function readImageFiles(
  image: FoundImage,
  folder: string,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const layer of image.manifest.layers.toReversed()) {
    const blob = await readBlob(image.client, layer.digest, signal);
    const entries = extract();
    const tar = /gzip$/.test(layer.mediaType)
      ? blob.pipe(createGunzip().on("error", (error) => entries.destroy(error)))
      : blob;
    blob.on("error", (error) => entries.destroy(error));
    tar.pipe(entries);
    for await (const entry of entries) {
      const path = entry.header.name.replace(/^(\.?\/)+/, "");
      if (entry.header.type === "file" && path.startsWith(`${folder}/`)) {
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        files.set(path, Buffer.concat(chunks).toString());
      } else {
        entry.resume();
      }
    }
    if (files.size > 0) break;
  }
  return files;
}
