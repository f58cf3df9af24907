import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { runProcess } from "./run-process.ts";
import { withLock } from "./with-lock.ts";

/**
 * A folder with the files of these Debian packages, downloaded with apt where it is not in `cache` yet. Nothing is
 * installed on the machine.
 */
export async function ensureDebianFiles(
  packages: readonly string[],
  cache: string,
  signal?: AbortSignal,
): Promise<string> {
  const parent = join(cache, "debian");
  const dir = join(parent, createHash("sha256").update(packages.join(" ")).digest("hex").slice(0, 16));
  if (await exists(dir)) return dir;
  await mkdir(parent, { recursive: true });
  await withLock(
    `${dir}.lock`,
    async () => {
      if (!(await exists(dir))) await unpack(packages, dir, signal);
    },
    { signal },
  );
  return dir;
}

async function unpack(packages: readonly string[], dir: string, signal?: AbortSignal): Promise<void> {
  const scratch = await mkdtemp(`${dir}.part-`);
  try {
    const downloads = join(scratch, "downloads");
    const files = join(scratch, "files");
    await mkdir(downloads);
    await runProcess("apt-get", ["download", "-q", ...packages], { cwd: downloads, signal });
    for (const deb of await readdir(downloads))
      await runProcess("dpkg-deb", ["-x", join(downloads, deb), files], { signal });
    await chmod(files, 0o755);
    await rename(files, dir);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
