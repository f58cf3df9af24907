import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProcess } from "../../release/run-process.ts";
import { withLock } from "../../release/with-lock.ts";
import type { Podman } from "../podman.ts";
import type { Progress } from "../progress.ts";
import { imageExists } from "./image-exists.ts";
import { base, baseImage, containerfile, files, imageName } from "./recipe.ts";

export interface NodeImageOptions {
  cache: string;
  podman: Podman;
  progress: Progress;
  signal?: AbortSignal;
}

/** The image of every machine, made where nobody did so before from the same recipe. Returns its name. */
export async function ensureNodeImage(options: NodeImageOptions): Promise<string> {
  const { cache, podman, progress, signal } = options;
  const texts: Record<string, string> = {};
  for (const name of Object.keys(files)) texts[name] = await readFile(new URL(name, import.meta.url), "utf8");
  const image = imageName(texts);
  if (await imageExists(podman, image)) {
    progress.result("already there");
    return image;
  }
  await mkdir(cache, { recursive: true });
  await withLock(join(cache, "node-image.lock"), () => build(image, texts, options), {
    onWait: () => progress.update("waiting for another process that makes it"),
    signal,
  });
  return image;
}

async function build(image: string, texts: Record<string, string>, options: NodeImageOptions): Promise<void> {
  const { cache, podman, signal } = options;
  // What one that was killed left behind.
  for (const entry of await readdir(cache)) {
    if (entry.startsWith("node-image-")) await rm(join(cache, entry), { recursive: true, force: true });
  }
  const scratch = await mkdtemp(join(cache, "node-image-"));
  try {
    if (!(await imageExists(podman, baseImage))) await importBase(scratch, options);
    const context = join(scratch, "context");
    await mkdir(context);
    for (const [name, text] of Object.entries(texts)) await writeFile(join(context, name), text);
    await writeFile(join(context, "Containerfile"), containerfile());
    const labels = ["--label", "roost.local=image"];
    await podman(["build", "--quiet", "--format=docker", ...labels, "--tag", image, context], { signal });
  } finally {
    // The file system belongs to root and has read-only folders; rm copes with both.
    await rm(scratch, { recursive: true, force: true });
  }
}

async function importBase(scratch: string, { podman, progress, signal }: NodeImageOptions): Promise<void> {
  const root = join(scratch, "root");
  const archive = join(scratch, "root.tar");
  const onLine = (line: string) => {
    const [, what, name] = /^I: (Retrieving|Validating|Extracting|Unpacking|Configuring) (\S+?)\.*$/.exec(line) ?? [];
    if (what && name) progress.update(`${what.toLowerCase()} ${name}`);
  };
  const include = `--include=${base.packages.join(",")}`;
  // What it mounts goes away with it, however it ends.
  const command = ["--mount", "sh", "-c", 'exec debootstrap "$@" >&2', "debootstrap"];
  const args = ["--variant=minbase", include, base.suite, root];
  await runProcess("unshare", [...command, ...args], { signal, onLine });
  for (const line of base.customize) await runProcess("sh", ["-c", line, "customize", root], { signal });
  progress.update("packing");
  await runProcess("tar", ["--directory", root, "--create", "--file", archive, "."], { signal });
  progress.update("importing");
  await podman(["import", "--quiet", archive, baseImage], { signal });
}
