import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { ensureDebianFiles } from "../release/debian-files.ts";
import { imagePackages } from "../release/requirements.ts";

/** The curl of our images, with the libraries that it has there, as a program of this machine. */
export async function imageCurl(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "roost");
  const files = await ensureDebianFiles(imagePackages.bashAndCurl, cache);
  const folder = `${files}-links`;
  await mkdir(folder, { recursive: true });
  const libraries = await Promise.all(
    ["lib", "usr/lib"].map(async (path) => {
      const names = (await readdir(join(files, path))).filter((name) => name.endsWith("-linux-gnu"));
      return names.map((name) => join(files, path, name));
    }),
  );
  const program = join(folder, "curl");
  // Other tests may be running it.
  const part = `${program}.${process.pid}`;
  const script = `#!/bin/sh\nLD_LIBRARY_PATH=${libraries.flat().join(":")} exec ${join(files, "usr/bin/curl")} "$@"\n`;
  await writeFile(part, script, { mode: 0o755 });
  await rename(part, program);
  return program;
}
