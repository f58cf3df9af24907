import { mkdir, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ensureDebianFiles } from "../release/debian-files.ts";
import { imagePackages } from "../release/requirements.ts";

/** The small programs of our images, by name, in a folder of the cache: for scripts that run in those images. */
export async function busyboxPrograms(...names: string[]): Promise<Record<string, string>> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "roost");
  const files = await ensureDebianFiles(imagePackages.shell, cache);
  const folder = `${files}-links`;
  await mkdir(folder, { recursive: true });
  const links = names.map(async (name) => {
    // There since an earlier run, as a rule.
    await symlink(join(files, "bin/busybox"), join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    return [name, join(folder, name)] as const;
  });
  return Object.fromEntries(await Promise.all(links));
}
