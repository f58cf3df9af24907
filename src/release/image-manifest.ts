import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { parseImageReference, versionOf } from "./image-reference.ts";
import { type RegistryAccess, type RegistryClient, registryClient, textOf } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { architecture: string; os: string };
}

/** An image for one platform: what its manifest says. */
export interface ImageManifest {
  schemaVersion: 2;
  mediaType: string;
  config: Descriptor;
  layers: Descriptor[];
}

export const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  index: "application/vnd.oci.image.index.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerList: "application/vnd.docker.distribution.manifest.list.v2+json",
} as const;

/** The largest manifest that is read; registries take no larger ones. */
const mostOfManifest = 4 << 20;

const accept = [mediaTypes.manifest, mediaTypes.index, mediaTypes.dockerManifest, mediaTypes.dockerList].join(", ");

/** An image found at its registry. */
export interface FoundImage {
  /** Of what the reference names, which may be an index of several platforms. */
  digest: string;
  manifest: ImageManifest;
  /** The manifest's bytes. */
  text: string;
  client: RegistryClient;
}

/** Finds an image at its registry, for the architecture named (as Go names it; of this machine where absent). */
export async function findImage(
  image: string,
  {
    signal,
    architecture = goArchitecture(),
    ...access
  }: RegistryAccess & { signal?: AbortSignal; architecture?: string } = {},
): Promise<FoundImage> {
  const reference = parse(image);
  const client = registryClient(reference.registry, reference.repository, access);
  const found = await fetchManifest(client, versionOf(reference), image, signal);
  if (!("manifests" in found.content))
    return { digest: found.digest, manifest: found.content, text: found.text, client };
  const descriptor = found.content.manifests.find(
    (m) => m.platform?.architecture === architecture && m.platform.os === "linux",
  );
  if (!descriptor) {
    throw new RegistryError(
      "ImageNotFound",
      `The image ${image} is not there for linux/${architecture}; name one that is.`,
    );
  }
  const { content, text } = await fetchManifest(client, descriptor.digest, image, signal);
  if ("manifests" in content) {
    throw new RegistryError(
      "UnexpectedAnswer",
      `The image ${image} is an index of indexes, which is not an image; push it anew.`,
    );
  }
  return { digest: found.digest, manifest: content, text, client };
}

/** The content of a blob (a layer, a configuration) as a stream. */
export async function readBlob(client: RegistryClient, digest: string, signal?: AbortSignal): Promise<Readable> {
  return client.send(`blobs/${digest}`, { signal });
}

interface FetchedManifest {
  digest: string;
  text: string;
  content: ImageManifest | { manifests: Descriptor[] };
}

async function fetchManifest(
  client: RegistryClient,
  version: string,
  image: string,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  const answer = await client.send(`manifests/${version}`, { headers: { accept }, expect: [404], signal });
  if (answer.statusCode === 404) {
    answer.destroy();
    throw new RegistryError(
      "ImageNotFound",
      `The image ${image} does not exist: its registry answers that it has no such image; check the name and the version.`,
    );
  }
  const what = `The registry gives a manifest for ${image}`;
  const text = await textOf(answer, mostOfManifest, what);
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  if (version.startsWith("sha256:") && version !== digest) {
    throw new RegistryError(
      "UnexpectedAnswer",
      `The registry's answer for ${image} is not what its digest says; check the registry.`,
    );
  }
  return { digest, text, content: manifestOf(text, what) };
}

function manifestOf(text: string, what: string): FetchedManifest["content"] {
  const wrong = new RegistryError("UnexpectedAnswer", `${what} that is not one; check the image.`);
  let content: Partial<ImageManifest & { manifests: Descriptor[] }> | null;
  try {
    content = JSON.parse(text);
  } catch {
    throw wrong;
  }
  if (!Array.isArray(content?.layers) && !Array.isArray(content?.manifests)) throw wrong;
  return content as FetchedManifest["content"];
}

function parse(image: string) {
  try {
    return parseImageReference(image);
  } catch (error) {
    throw new RegistryError("InvalidImageReference", (error as Error).message);
  }
}

/** This machine's architecture as Go and image manifests name it. */
export function goArchitecture(): string {
  return { x64: "amd64", ppc64: "ppc64le" }[process.arch as string] ?? process.arch;
}
