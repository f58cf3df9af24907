import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Image } from "../../release/image.ts";
import { imageInLayout } from "../../release/image-layout.ts";
import { withLock } from "../../release/with-lock.ts";
import type { Podman } from "../podman.ts";
import { machineComponent } from "./machine-component.ts";

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
      if (await readDigest(layout).catch(() => undefined)) return;
      await mkdir(parent, { recursive: true });
      // Of former recipes, and what one that was killed left behind.
      for (const other of await readdir(parent)) await rm(join(parent, other), { recursive: true, force: true });
      const scratch = await mkdtemp(`${layout}.part-`);
      await podman(["save", "--quiet", "--format", "oci-dir", "--output", scratch, name], { signal });
      await rename(scratch, layout);
    },
    { signal },
  );
  return imageInLayout(layout, machineComponent, await readDigest(layout));
}

/** The digest of the only image in a folder that is laid out as OCI says. */
async function readDigest(layout: string): Promise<string> {
  const { manifests } = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as {
    manifests: { digest: string }[];
  };
  return manifests[0]?.digest ?? "";
}
