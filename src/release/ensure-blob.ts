import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { blobPath } from "./image-layout.ts";
import { type Descriptor, readBlob } from "./image-manifest.ts";
import type { RegistryClient } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";

/** What marks a file that was not read to its end; whoever holds the layout's lock may remove it. */
export const unfinished = ".part-";

/** Reads the content of that digest into a folder laid out as OCI says, unless it is there; nothing else ever has its name. */
export async function ensureBlob(
  client: RegistryClient,
  { digest, size }: Descriptor,
  layout: string,
  { signal, onBytes }: { signal?: AbortSignal; onBytes?: (count: number) => void } = {},
): Promise<void> {
  const path = blobPath(layout, digest);
  if (await hasBlob(layout, { digest, size })) return onBytes?.(size);
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}${unfinished}${randomUUID()}`;
  const hash = createHash("sha256");
  let left = size;
  const seen = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      left -= chunk.length;
      hash.update(chunk);
      onBytes?.(chunk.length);
      if (left < 0) done(notItself(client));
      else done(null, chunk);
    },
  });
  try {
    const blob = await readBlob(client, digest, signal);
    let cut: Error | undefined;
    blob.once("error", (error) => {
      cut = error;
    });
    await pipeline(blob, seen, createWriteStream(part), { signal }).catch((error: Error) => {
      signal?.throwIfAborted();
      throw cut && !(error instanceof RegistryError) ? brokenOff(client, cut) : error;
    });
    // Only now is it known that these bytes are the image's.
    if (left !== 0 || digest !== `sha256:${hash.digest("hex")}`) throw notItself(client);
    await rename(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** Whether that content was read before. */
export async function hasBlob(layout: string, { digest, size }: Pick<Descriptor, "digest" | "size">): Promise<boolean> {
  const found = await stat(blobPath(layout, digest)).catch(() => undefined);
  return found?.size === size;
}

function notItself({ name }: RegistryClient): RegistryError {
  return new RegistryError(
    "UnexpectedAnswer",
    `The registry's answer for a part of ${name} is not what its digest says; check the registry.`,
  );
}

function brokenOff({ name }: RegistryClient, cause: Error): RegistryError {
  return new RegistryError(
    "RegistryUnreachable",
    `The registry broke off in the middle of a part of ${name} (${cause.message}); run the same again: what was read to its end is kept.`,
    { cause },
  );
}
