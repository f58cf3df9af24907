import { createHash } from "node:crypto";
import { type Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { type Descriptor, type FoundImage, readBlob } from "./image-manifest.ts";
import { RegistryError } from "./registry-error.ts";

/** The largest file that is read: OpenShift's image-references have about 100 KB, the largest definition has 1 MB. */
const mostOfFile = 4 << 20;
/** The most that the layers of an image may unpack to until the files are found: a machine image has less. */
const mostOfImage = 1 << 30;

/**
 * The text of the files in an image whose path (without a leading slash) is wanted. Reads the layers as streams from the
 * top down, and only as many as it takes: files are taken from the topmost layer that has any of them. A layer whose
 * content is not what its digest says is refused, as is a file or an image that is larger than what we look for can be.
 */
export async function readImageFiles(
  image: FoundImage,
  wanted: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  let left = mostOfImage;
  const count = (bytes: number) => {
    left -= bytes;
    if (left < 0) throw tooLarge(image, `its layers unpack to more than ${mostOfImage >> 20} MiB`);
  };
  for (const layer of image.manifest.layers.toReversed()) {
    const files = await readLayer(image, layer, wanted, count, signal);
    if (files.size > 0) return files;
  }
  return new Map();
}

async function readLayer(
  image: FoundImage,
  layer: Descriptor,
  wanted: (path: string) => boolean,
  count: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const blob = await readBlob(image.client, layer.digest, signal);
  const hash = createHash("sha256");
  const packed = tap((chunk) => hash.update(chunk));
  const unpacked = tap((chunk) => count(chunk.length));
  const entries = extract();
  const stages = /gzip$/.test(layer.mediaType) ? [packed, createGunzip(), unpacked] : [packed, unpacked];
  const read = pipeline([blob, ...stages, entries], { signal });
  // Its error comes through the entries as well.
  read.catch(() => {});
  for await (const entry of entries) {
    const path = entry.header.name.replace(/^(\.?\/)+/, "");
    if (entry.header.type === "file" && wanted(path)) files.set(path, await textOf(image, path, entry));
    else entry.resume();
  }
  await read;
  // Only now is it known that these bytes are the image's.
  if (layer.digest !== `sha256:${hash.digest("hex")}`) {
    throw new RegistryError(
      "UnexpectedAnswer",
      `The registry's answer for a layer of ${image.client.name} is not what its digest says; check the registry.`,
    );
  }
  return files;
}

async function textOf(image: FoundImage, path: string, entry: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostOfFile) throw tooLarge(image, `its file ${path} has more than ${mostOfFile >> 20} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function tap(see: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      try {
        see(chunk);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function tooLarge({ client }: FoundImage, found: string): RegistryError {
  return new RegistryError(
    "UnexpectedAnswer",
    `The image ${client.name} is not read because ${found}; name one that \`hcp release push\` made.`,
  );
}
