import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { folderEntries } from "./folder-entries.ts";

const folders = ["src", "manifests", "payload"];

/** Tells the sources of one checkout from those of another; what only tests read does not count. */
export async function checkoutKey(root: string): Promise<string> {
  const entries = (await Promise.all(folders.map((name) => folderEntries(join(root, name), name, isSource)))).flat();
  const hash = createHash("sha256");
  for (const path of [...entries.map((entry) => entry.path), "package-lock.json"].sort()) {
    hash.update(`${path}\0`);
    hash.update(
      createHash("sha256")
        .update(await readFile(join(root, path)))
        .digest(),
    );
  }
  return hash.digest("hex").slice(0, 16);
}

function isSource(path: string): boolean {
  return !/\.test\.ts$|(^|\/)(fixtures|testing)\//.test(path);
}
