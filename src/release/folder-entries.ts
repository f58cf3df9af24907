import { readdir, readlink, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { LayerEntry } from "./layer-entry.ts";

/** The files and links under a folder as entries of a layer, under `target` in the image, as far as `keep` wants them. */
export async function folderEntries(
  folder: string,
  target = "",
  keep: (path: string) => boolean = () => true,
): Promise<LayerEntry[]> {
  const found: LayerEntry[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    const inside = relative(folder, from);
    if (!keep(inside)) continue;
    const path = join(target, inside);
    if (entry.isSymbolicLink()) found.push({ path, type: "link", to: await readlink(from) });
    else if (entry.isFile()) found.push({ path, type: "file", mode: (await stat(from)).mode & 0o777, from });
  }
  return found;
}
