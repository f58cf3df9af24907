import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { Image } from "./image.ts";
import { mediaTypes } from "./image-manifest.ts";
import { type RegistryAccess, type RegistryClient, registryClient } from "./registry-client.ts";
import { RegistryError } from "./registry-error.ts";

export interface PushTarget extends RegistryAccess {
  /** `host[:port]` */
  registry: string;
  repository: string;
  tag: string;
  /** Repositories at the same registry that may have some of the layers already. */
  mountFrom?: string[];
  signal?: AbortSignal;
}

/** Pushes an image; what the registry has is not sent again. Returns the pull spec by digest. */
export async function pushImage(image: Image, target: PushTarget): Promise<string> {
  const client = registryClient(target.registry, target.repository, target);
  const pullSpec = `${client.name}@${image.digest}`;
  const { signal } = target;
  if (await tagIsAt(client, target.tag, image.digest, signal)) return pullSpec;
  for (const { digest, size, open } of image.layers) {
    await pushBlob(client, { digest, size, open }, target);
  }
  const digest = `sha256:${createHash("sha256").update(image.config).digest("hex")}`;
  await pushBlob(client, { digest, size: Buffer.byteLength(image.config), open: () => image.config }, target);
  const answer = await client.send(`manifests/${target.tag}`, {
    method: "PUT",
    headers: { "content-type": mediaTypes.manifest },
    body: () => image.manifest,
    signal,
  });
  answer.resume();
  return pullSpec;
}

interface Blob {
  digest: string;
  size: number;
  open: () => Readable | string;
}

async function tagIsAt(client: RegistryClient, tag: string, digest: string, signal?: AbortSignal): Promise<boolean> {
  const headers = { accept: mediaTypes.manifest };
  const answer = await client.send(`manifests/${tag}`, { method: "HEAD", headers, expect: [404], signal });
  answer.resume();
  return answer.statusCode === 200 && answer.headers["docker-content-digest"] === digest;
}

async function pushBlob(client: RegistryClient, blob: Blob, { mountFrom = [], signal }: PushTarget): Promise<void> {
  const head = await client.send(`blobs/${blob.digest}`, { method: "HEAD", expect: [404], signal });
  head.resume();
  if (head.statusCode === 200) return;
  let upload: string | undefined;
  for (const from of mountFrom.length > 0 ? mountFrom : [undefined]) {
    const query = from ? `?mount=${blob.digest}&from=${encodeURIComponent(from)}` : "";
    const answer = await client.send(`blobs/uploads/${query}`, {
      method: "POST",
      headers: { "content-length": "0" },
      signal,
    });
    answer.resume();
    if (answer.statusCode === 201) return;
    upload = answer.headers.location;
  }
  if (!upload)
    throw new RegistryError(
      "UnexpectedAnswer",
      `The registry gives no address to upload to for ${client.name}; check that it accepts pushes.`,
    );
  const separator = upload.includes("?") ? "&" : "?";
  const answer = await client.send(`${upload}${separator}digest=${encodeURIComponent(blob.digest)}`, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream", "content-length": String(blob.size) },
    body: blob.open,
    signal,
  });
  answer.resume();
}
