import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { LayerEntry } from "./layer-entry.ts";
import { layerTar } from "./layer-tar.ts";

/** A layer of an image. Its bytes are made when they are wanted, from the files it is made of. */
export interface Layer {
  digest: string;
  size: number;
  open(): Readable;
}

/**
 * The layer with these entries. Its digest is remembered under `cache`, so that files that did not change since (by
 * size and time) are not read again.
 */
export async function makeLayer(entries: LayerEntry[], cache: string): Promise<Layer> {
  const key = createHash("sha256")
    .update(JSON.stringify(await Promise.all(entries.map(identity))))
    .digest("hex");
  const file = join(cache, "layers", `${key}.json`);
  const known = await readFile(file, "utf8").catch(() => undefined);
  const { digest, size } = known
    ? (JSON.parse(known) as { digest: string; size: number })
    : await measure(layerTar(entries));
  if (!known) {
    await mkdir(join(cache, "layers"), { recursive: true });
    const part = `${file}.${randomUUID()}`;
    await writeFile(part, JSON.stringify({ digest, size }));
    await rename(part, file);
  }
  return { digest, size, open: () => layerTar(entries) };
}

async function identity(entry: LayerEntry): Promise<unknown> {
  if (entry.type !== "file") return entry;
  const { size, mtimeMs } = await stat(entry.from);
  return [entry, size, mtimeMs];
}

async function measure(content: Readable): Promise<{ digest: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of content) {
    hash.update(chunk as Buffer);
    size += (chunk as Buffer).length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}
