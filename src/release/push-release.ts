import { type BuildOptions, type BuiltRelease, buildRelease } from "./build-release.ts";
import { type Image, makeImage } from "./image.ts";
import type { LayerEntry } from "./layer-entry.ts";
import { pushImage } from "./push-image.ts";
import type { RegistryAccess } from "./registry-client.ts";
import { checkoutMetadata, renderReleaseManifests } from "./release-manifests.ts";

export interface PushOptions extends BuildOptions, RegistryAccess {
  /** `host[:port]` of the registry. */
  registry: string;
  /** Called before each image is pushed, and at last for the release image. */
  onPush?: (name: string, done: number, total: number) => void;
  /** Images to push beside those that are built, as components of the release. */
  more?: Image[];
}

/** A release at a registry. */
export interface PushedRelease {
  version: string;
  /** By version: `registry/roost/release:1.34.4`. */
  image: string;
  /** By digest. */
  pullSpec: string;
  /** Component name to pull spec by digest. */
  images: Record<string, string>;
}

/** Builds what is not built of a release and pushes what the registry does not have of it. */
export async function pushRelease(options: PushOptions): Promise<PushedRelease> {
  const built = await buildRelease(options);
  return pushBuiltRelease({ ...built, images: [...built.images, ...(options.more ?? [])] }, options);
}

/** Pushes the images of a release, then the release image that names them by digest. */
export async function pushBuiltRelease(
  { version, previous, checkout, images }: BuiltRelease,
  options: Omit<PushOptions, "root" | "version" | "more">,
): Promise<PushedRelease> {
  const { registry, cache, onPush } = options;
  const pullSpecs: Record<string, string> = {};
  const total = images.length + 1;
  const pushed: string[] = [];
  for (const image of images) {
    onPush?.(image.name, pushed.length, total);
    pullSpecs[image.name] = await push(image, version, pushed, options);
    pushed.push(repositoryOf(image.name));
  }
  onPush?.("release", pushed.length, total);
  const files = renderReleaseManifests({
    version,
    previous,
    metadata: checkout ? { [checkoutMetadata]: checkout } : {},
    images: pullSpecs,
  });
  const layer = Object.entries(files).map(([path, text]): LayerEntry => ({ path, type: "text", mode: 0o644, text }));
  const release = await makeImage({ name: "release", layers: [layer], entrypoint: [] }, cache, {
    "io.openshift.release": version,
  });
  const pullSpec = await push(release, version, [], options);
  return { version, image: `${registry}/${repositoryOf("release")}:${version}`, pullSpec, images: pullSpecs };
}

function push(
  image: Image,
  tag: string,
  pushed: string[],
  options: Omit<PushOptions, "root" | "version" | "more">,
): Promise<string> {
  // One repository with the shared layers is enough: the first.
  return pushImage(image, { ...options, repository: repositoryOf(image.name), tag, mountFrom: pushed.slice(0, 1) });
}

function repositoryOf(name: string): string {
  return `roost/${name}`;
}
