import { randomUUID } from "node:crypto";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Image } from "../../release/image.ts";
import { mediaTypes } from "../../release/image-manifest.ts";
import { withLock } from "../../release/with-lock.ts";
import { type Podman, runFolder } from "../podman.ts";
import type { Progress } from "../progress.ts";
import { imageExists } from "./image-exists.ts";

export interface LoadOptions {
  /** Whose blobs hold the image. */
  cache: string;
  podman: Podman;
  progress: Progress;
  signal?: AbortSignal;
}

/** Gives podman an image of machines that was read from a registry, unless it has it. Returns podman's name of it. */
export async function loadMachineImage(image: Image, options: LoadOptions): Promise<string> {
  const { cache, podman, progress, signal } = options;
  const name = `localhost/roost-node:${image.digest.replace("sha256:", "").slice(0, 12)}`;
  if (await imageExists(podman, name)) {
    progress.result("already there");
    return name;
  }
  await withLock(join(cache, "node-image.lock"), () => load(image, name, options), {
    onWait: () => progress.update("waiting for another process that makes it"),
    signal,
  });
  return name;
}

async function load({ manifest, digest }: Image, name: string, { cache, podman, signal }: LoadOptions): Promise<void> {
  // Podman names the image after its folder, and names have no capital letters, which the cache's path may have.
  const layout = join(runFolder(cache), `node-image-${randomUUID()}`);
  await mkdir(layout, { recursive: true });
  try {
    await symlink(join(cache, "blobs"), join(layout, "blobs"));
    await writeFile(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}\n');
    const descriptor = { mediaType: mediaTypes.manifest, digest, size: Buffer.byteLength(manifest) };
    await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [descriptor] }));
    const id = (await podman(["pull", "--quiet", `oci:${layout}`], { signal })).trim();
    await podman(["tag", id, name]);
    await podman(["untag", id, `localhost${layout}`]);
  } finally {
    await rm(layout, { recursive: true, force: true });
  }
}
