import { mkdtemp, symlink } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDebianFiles } from "../release/debian-files.ts";
import { imagePackages } from "../release/requirements.ts";

/** The small programs of our images, by name, each in a folder of the test run: for scripts that run in those images. */
export async function busyboxPrograms(...names: string[]): Promise<Record<string, string>> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "roost");
  const busybox = join(await ensureDebianFiles(imagePackages.shell, cache), "bin/busybox");
  const folder = await mkdtemp(join(tmpdir(), "roost-busybox-"));
  const links = names.map(async (name) => {
    await symlink(busybox, join(folder, name));
    return [name, join(folder, name)] as const;
  });
  return Object.fromEntries(await Promise.all(links));
}
