import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { BuiltRelease } from "./build-release.ts";
import { ensureBlob, hasBlob, unfinished } from "./ensure-blob.ts";
import type { Image } from "./image.ts";
import { blobPath, imageInLayout } from "./image-layout.ts";
import { type FoundImage, findImage, goArchitecture } from "./image-manifest.ts";
import { parseImageReference } from "./image-reference.ts";
import { readRelease } from "./read-release.ts";
import type { RegistryAccess } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";
import type { Release } from "./release.ts";
import { checkoutMetadata } from "./release-manifests.ts";
import { withLock } from "./with-lock.ts";

export interface PullOptions extends RegistryAccess {
  /** The release image's pull spec. */
  image: string;
  /** Where images are kept, e.g. `~/.cache/roost`. */
  cache: string;
  /** Components without which the release is of no use; looked for before anything else is read. */
  needs?: readonly string[];
  /** The key of the sources that the release has to be built from; any where absent. */
  checkout?: string;
  /** Told how much of how much is there, in bytes. */
  onBytes?: (done: number, total: number) => void;
  /** Called where another process reads a release into the same cache. */
  onWait?: () => void;
  signal?: AbortSignal;
}

/** A release whose images are all on this computer, as if they were built here. */
export interface PulledRelease extends BuiltRelease {
  /** The release image where it was read from, by digest. */
  pullSpec: string;
  /** The image of a component; throws where the release has none of that name. */
  component(name: string): Image;
}

/** How many layers are read at once. */
const atOnce = 4;

/**
 * Reads a release and all its images from a registry into the cache, each part proven by its digest before it counts.
 * What is there is not read again, so that an interrupted call goes on where it was, and a release named by a digest
 * that was read once needs no registry.
 */
export async function pullRelease(options: PullOptions): Promise<PulledRelease> {
  const { image, cache, needs = [], onWait, signal } = options;
  const { digest } = parseImageReference(image);
  const kept = digest && (await readRecord(cache, digest));
  if (kept) {
    checkSources(kept.pullSpec, kept.checkout, options);
    for (const name of needs) kept.component(name);
    return kept;
  }
  const release = await readRelease(options);
  checkSources(image, release.metadata[checkoutMetadata], options);
  const missing = needs.find((name) => !release.images[name]);
  if (missing) throw lacks(image, missing);
  await mkdir(join(cache, "blobs"), { recursive: true });
  return withLock(join(cache, "blobs", "pull.lock"), () => pull(release, options), { onWait, signal });
}

async function pull(release: Release, options: PullOptions): Promise<PulledRelease> {
  const { image, cache, signal } = options;
  await removeUnfinished(cache);
  const found = new Map<string, FoundImage>();
  for (const [name, pullSpec] of Object.entries(release.images)) {
    const each = await findComponent(pullSpec, options);
    await ensureBlob(each.client, each.manifest.config, cache, { signal });
    await checkArchitecture(image, each, cache);
    found.set(name, each);
  }
  await pullLayers([...found.values()], options);
  const images: Record<string, string> = {};
  for (const [name, { text }] of found) {
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    await writeWhole(blobPath(cache, digest), text);
    images[name] = digest;
  }
  const { registry, repository } = parseImageReference(image);
  const pullSpec = `${registry}/${repository}@${release.digest}`;
  const { version, previous, metadata } = release;
  const record: ReleaseRecord = { version, previous, checkout: metadata[checkoutMetadata], pullSpec, images };
  await writeWhole(recordPath(cache, release.digest), JSON.stringify(record));
  return releaseOf(record, cache);
}

function checkSources(release: string, found: string | undefined, { checkout }: PullOptions): void {
  if (!checkout || found === checkout) return;
  throw new Error(
    `The release ${release} was pushed from other sources than this checkout has; check those out, or push these with "hcp release push" and name that with --release, or build here with --build.`,
  );
}

/** Beside the release, as in a copy of the whole in another registry, or else where the release says. */
async function findComponent(pullSpec: string, { image, ...access }: PullOptions): Promise<FoundImage> {
  const { registry, repository } = parseImageReference(image);
  const component = parseImageReference(pullSpec);
  const beside = join(dirname(repository), basename(component.repository));
  try {
    return await findImage(`${registry}/${beside}@${component.digest}`, access);
  } catch (error) {
    const elsewhere = component.registry !== registry || component.repository !== beside;
    if (elsewhere && error instanceof RegistryError && isRefusal(error)) return findImage(pullSpec, access);
    throw error;
  }
}

function isRefusal({ reason }: RegistryError): boolean {
  return reason === "ImageNotFound" || reason === "Unauthorized";
}

async function checkArchitecture(release: string, { manifest }: FoundImage, cache: string): Promise<void> {
  const { os, architecture } = JSON.parse(await readFile(blobPath(cache, manifest.config.digest), "utf8"));
  if (os === "linux" && architecture === goArchitecture()) return;
  throw new RegistryError(
    "ImageNotFound",
    `The release ${release} is for ${os}/${architecture}, and this computer is linux/${goArchitecture()}; name one that was pushed from a computer like this one.`,
  );
}

async function pullLayers(images: FoundImage[], { cache, onBytes, signal }: PullOptions): Promise<void> {
  const layers = new Map(
    images.flatMap(({ client, manifest }) =>
      manifest.layers.map((layer) => [layer.digest, { client, layer }] as const),
    ),
  );
  const total = [...layers.values()].reduce((sum, { layer }) => sum + layer.size, 0);
  let done = 0;
  const count = (bytes: number) => {
    done += bytes;
    onBytes?.(done, total);
  };
  // One that fails ends the others.
  const failed = new AbortController();
  const either = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const rest = layers.values();
  const pullRest = async () => {
    for (const { client, layer } of rest) await ensureBlob(client, layer, cache, { signal: either, onBytes: count });
  };
  const reading = Array.from({ length: atOnce }, pullRest);
  try {
    await Promise.all(reading);
  } catch (error) {
    failed.abort();
    await Promise.allSettled(reading);
    throw error;
  }
}

/** What is kept of a release that was read: its images by digest of their manifests. */
interface ReleaseRecord {
  version: string;
  previous: string[];
  checkout?: string;
  pullSpec: string;
  images: Record<string, string>;
}

function recordPath(cache: string, digest: string): string {
  return join(cache, "releases", `${digest.replace("sha256:", "")}.json`);
}

/** The release of that digest, where it was read before and all of it is still there. */
async function readRecord(cache: string, digest: string): Promise<PulledRelease | undefined> {
  const text = await readFile(recordPath(cache, digest), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const release = await releaseOf(JSON.parse(text), cache).catch(() => undefined);
  for (const layer of release?.images.flatMap(({ layers }) => layers) ?? []) {
    if (!(await hasBlob(cache, layer))) return undefined;
  }
  return release;
}

async function releaseOf({ images, ...release }: ReleaseRecord, cache: string): Promise<PulledRelease> {
  const all = await Promise.all(Object.entries(images).map(([name, digest]) => imageInLayout(cache, name, digest)));
  const component = (name: string) => {
    const found = all.find((image) => image.name === name);
    if (found) return found;
    throw lacks(release.pullSpec, name);
  };
  return { ...release, images: all, component };
}

function lacks(release: string, component: string): RegistryError {
  return new RegistryError(
    "NotAReleaseImage",
    `The release ${release} has no image ${component}: an older hcp pushed it, or "hcp local up", or it was left out; push it anew with "hcp release push".`,
  );
}

async function removeUnfinished(cache: string): Promise<void> {
  const folder = join(cache, "blobs", "sha256");
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.includes(unfinished)) await rm(join(folder, name), { force: true });
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}${unfinished}`, text);
  await rename(`${path}${unfinished}`, path);
}
