import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Image } from "../../release/image.ts";
import { imageInLayout } from "../../release/image-layout.ts";
import { withLock } from "../../release/with-lock.ts";
import type { Podman } from "../podman.ts";
import { machineComponent } from "./machine-component.ts";

/** A push reads its layout for that long at most; it may be one of another checkout, which has another recipe. */
const keptMs = 24 * 60 * 60_000;
const unfinished = ".part-";

/**
 * An image of machines as it can be pushed. It is packed once and kept, so that it is the same the next time and the
 * registry has it already.
 */
export async function saveMachineImage(
  name: string,
  { cache, podman, signal }: { cache: string; podman: Podman; signal?: AbortSignal },
): Promise<Image> {
  const parent = join(cache, "machine-images");
  const layout = join(parent, name.split(":").at(-1) ?? name);
  await withLock(
    join(cache, "machine-images.lock"),
    async () => {
      const now = new Date();
      if (await readDigest(layout).catch(() => undefined)) return await utimes(layout, now, now);
      await mkdir(parent, { recursive: true });
      for (const other of await readdir(parent)) await removeUnused(join(parent, other));
      // What is unreadable there.
      await rm(layout, { recursive: true, force: true });
      const scratch = await mkdtemp(`${layout}${unfinished}`);
      await podman(["save", "--quiet", "--format", "oci-dir", "--output", scratch, name], { signal });
      await rename(scratch, layout);
    },
    { signal },
  );
  return imageInLayout(layout, machineComponent, await readDigest(layout));
}

/** Removes what one that was killed left behind, and what nobody asked for in a while. */
async function removeUnused(path: string): Promise<void> {
  const used = Date.now() - (await stat(path)).mtimeMs < keptMs;
  if (basename(path).includes(unfinished) || !used) await rm(path, { recursive: true, force: true });
}

/** The digest of the only image in a folder that is laid out as OCI says. */
async function readDigest(layout: string): Promise<string> {
  const { manifests } = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as {
    manifests: { digest: string }[];
  };
  return manifests[0]?.digest ?? "";
}
