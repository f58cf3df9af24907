import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type MemoryRegistry, memoryRegistry } from "../testing/memory-registry.ts";
import { extractPrograms } from "./extract-programs.ts";
import { type Image, makeImage } from "./image.ts";
import { blobPath } from "./image-layout.ts";
import { type ImageManifest, mediaTypes } from "./image-manifest.ts";
import { pullRelease } from "./pull-release.ts";
import { type PushedRelease, pushBuiltRelease } from "./push-release.ts";
import { readRelease } from "./read-release.ts";

const plainHttp = true;
let folder: string;
/** Where the release was built, and where nothing is yet. */
let built: string;
let cache: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-pull-test-"));
  built = join(folder, "built");
});
beforeEach(async () => {
  cache = await mkdtemp(join(folder, "cache-"));
});
afterAll(() => rm(folder, { recursive: true }));

function image(name: string): Promise<Image> {
  const program = { path: `usr/bin/${name}`, type: "text", mode: 0o755, text: `#!/bin/sh\necho ${name}\n` } as const;
  const shell = { path: "usr/bin/sh", type: "text", mode: 0o755, text: "shell" } as const;
  return makeImage({ name, layers: [[shell], [program]], entrypoint: [`/usr/bin/${name}`] }, built);
}

async function pushTo(registry: MemoryRegistry, names = ["etcd", "kube-apiserver"]): Promise<PushedRelease> {
  const images = await Promise.all(names.map(image));
  const release = { version: "1.2.3", previous: ["1.2.2"], images };
  return pushBuiltRelease(release, { registry: registry.host, plainHttp, cache: built });
}

/** The digest of the only layer that no other image of the release has. */
function ownLayer({ layers }: Image): string {
  return layers.at(-1)?.digest ?? "";
}

function forArchitecture(architecture: string, { config, manifest, ...rest }: Image): Image {
  const other = JSON.stringify({ ...JSON.parse(config), architecture });
  const content = JSON.parse(manifest) as ImageManifest;
  content.config = { ...content.config, digest: digestOf(other), size: other.length };
  const text = JSON.stringify(content);
  return { ...rest, config: other, manifest: text, digest: digestOf(text) };
}

/** Copies repositories with all that is in them, as tools for mirrors do. */
async function copy(from: MemoryRegistry, to: MemoryRegistry, names: string[]): Promise<void> {
  const get = async (path: string) => Buffer.from(await (await fetch(`http://${from.host}/v2/${path}`)).arrayBuffer());
  for (const name of names) {
    const manifest = JSON.parse((await get(`roost/${name}/manifests/1.2.3`)).toString()) as ImageManifest;
    for (const { digest } of [manifest.config, ...manifest.layers]) {
      to.putBlob(await get(`roost/${name}/blobs/${digest}`));
    }
    to.putManifest(`mirror/${name}`, "1.2.3", manifest);
  }
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

test("a release that is pulled is pushed to another registry as the same images", async () => {
  await using first = await memoryRegistry();
  await using second = await memoryRegistry();
  const pushed = await pushTo(first);
  const pulled = await pullRelease({ image: pushed.image, plainHttp, cache });
  expect(pulled).toMatchObject({ version: "1.2.3", previous: ["1.2.2"], pullSpec: pushed.pullSpec });
  const again = await pushBuiltRelease(pulled, { registry: second.host, plainHttp, cache });
  const read = await readRelease({ image: again.image, plainHttp });
  const elsewhere = (spec: string | undefined) => spec?.replace(first.host, second.host);
  expect(read.images.etcd).toBe(elsewhere(pushed.images.etcd));
  expect(read.images["kube-apiserver"]).toBe(elsewhere(pushed.images["kube-apiserver"]));
});

test("a pull says how much of how much is there, and counts what images share once", async () => {
  await using registry = await memoryRegistry();
  const { image: name } = await pushTo(registry);
  const told: [number, number][] = [];
  await pullRelease({ image: name, plainHttp, cache, onBytes: (...each) => told.push(each) });
  const total = told.at(-1)?.[1] ?? 0;
  expect(told.at(-1)).toEqual([total, total]);
  const layers = (await Promise.all([image("etcd"), image("kube-apiserver")])).flatMap((each) => each.layers);
  expect(total).toBe([...new Map(layers.map(({ digest, size }) => [digest, size])).values()].reduce((a, b) => a + b));
});

test("a program of a pulled release runs", async () => {
  await using registry = await memoryRegistry();
  const pulled = await pullRelease({ image: (await pushTo(registry)).image, plainHttp, cache });
  await extractPrograms(pulled.component("etcd"), ["usr/bin/etcd"], cache);
  expect((await promisify(execFile)(join(cache, "etcd"))).stdout).toBe("etcd\n");
});

test("a program is taken out of a compressed layer, and one that is not there is named", async () => {
  const layer = Buffer.concat((await (await image("etcd")).layers[1]?.open().toArray()) ?? []);
  const packed = gzipSync(layer);
  const digest = `sha256:${"a".repeat(64)}`;
  const manifest = { layers: [{ mediaType: `${mediaTypes.layer}+gzip`, digest, size: packed.length }] };
  const compressed: Image = {
    ...(await image("etcd")),
    manifest: JSON.stringify(manifest),
    layers: [{ digest, size: packed.length, open: () => Readable.from([packed]) }],
  };
  await extractPrograms(compressed, ["usr/bin/etcd"], cache);
  expect(await readFile(join(cache, "etcd"), "utf8")).toContain("echo etcd");
  await expect(extractPrograms(compressed, ["usr/bin/etcdctl"], cache)).rejects.toThrow(
    "image etcd has no usr/bin/etcdctl",
  );
});

test("a release by digest that was pulled once needs no registry", async () => {
  const registry = await memoryRegistry();
  const { pullSpec } = await pushTo(registry);
  const first = await pullRelease({ image: pullSpec, plainHttp, cache });
  await registry[Symbol.asyncDispose]();
  const again = await pullRelease({ image: pullSpec, plainHttp, cache });
  expect(again.images.map(({ digest }) => digest)).toEqual(first.images.map(({ digest }) => digest));
});

test("a pull that was interrupted goes on where it was, and removes what it had not read to the end", async () => {
  await using registry = await memoryRegistry();
  const pushed = await pushTo(registry);
  await pullRelease({ image: pushed.image, plainHttp, cache });
  const lost = ownLayer(await image("etcd"));
  await rm(blobPath(cache, lost));
  await writeFile(`${blobPath(cache, lost)}.part-1`, "half");
  registry.requests.length = 0;
  // By digest, which would need no registry were all of it there.
  await pullRelease({ image: pushed.pullSpec, plainHttp, cache });
  // The release image itself is read as anybody reads one.
  const blobs = registry.requests.filter((each) => each.includes("/blobs/") && !each.includes("/roost/release/"));
  expect(blobs).toEqual([`GET /v2/roost/etcd/blobs/${lost}`]);
  expect((await readdir(join(cache, "blobs", "sha256"))).filter((name) => name.includes(".part-"))).toEqual([]);
});

test("a layer that is not what its digest says is refused and not kept", async () => {
  await using registry = await memoryRegistry();
  const pushed = await pushTo(registry);
  const { digest = "", size = 0 } = (await image("etcd")).layers.at(-1) ?? {};
  for (const content of [Buffer.alloc(size), Buffer.alloc(size + 1), Buffer.alloc(size - 1)]) {
    registry.putBlobAs(digest, content);
    await expect(pullRelease({ image: pushed.image, plainHttp, cache })).rejects.toMatchObject({
      reason: "UnexpectedAnswer",
      message: expect.stringContaining("not what its digest says"),
    });
    await expect(readFile(blobPath(cache, digest))).rejects.toThrow("ENOENT");
  }
});

test("a registry that breaks off is named, with what to do, and half a layer is not kept", async () => {
  await using registry = await memoryRegistry();
  const pushed = await pushTo(registry);
  const lost = ownLayer(await image("etcd"));
  // Gives everything on, but half of that layer.
  const server = createServer(async (request, response) => {
    const { accept = "" } = request.headers;
    const answer = await fetch(`http://${registry.host}${request.url}`, { headers: { accept } });
    const content = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { "content-length": content.length });
    if (!request.url?.endsWith(lost)) response.end(content);
    else response.write(content.subarray(0, content.length / 2), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const name = pushed.image.replace(registry.host, host);
    await expect(pullRelease({ image: name, plainHttp, cache })).rejects.toMatchObject({
      reason: "RegistryUnreachable",
      message: expect.stringMatching(/broke off in the middle .*run the same again/),
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  const kept = await readdir(join(cache, "blobs", "sha256"));
  expect(kept.filter((each) => each.includes(".part-") || lost.endsWith(each))).toEqual([]);
});

test("a release of other sources, or of unknown ones, is refused before its images are read, and when it is kept", async () => {
  await using registry = await memoryRegistry();
  const push = async (checkout?: string) => {
    const release = { version: "1.2.3", previous: [], checkout, images: [await image("etcd")] };
    return pushBuiltRelease(release, { registry: registry.host, plainHttp, cache: built });
  };
  const refusal = /pushed from other sources .*--build/;
  const ours = { plainHttp, cache, checkout: "ours" };
  for (const { image: name } of [await push("theirs"), await push()]) {
    await expect(pullRelease({ ...ours, image: name })).rejects.toThrow(refusal);
  }
  expect(registry.requests.filter((each) => each.startsWith("GET /v2/roost/etcd/"))).toEqual([]);
  const { pullSpec } = await push("ours");
  const pulled = await pullRelease({ ...ours, image: pullSpec });
  expect(pulled.checkout).toBe("ours");
  // From what was kept of it.
  expect((await pullRelease({ ...ours, image: pullSpec })).checkout).toBe("ours");
  await expect(pullRelease({ ...ours, checkout: "later", image: pullSpec })).rejects.toThrow(refusal);
});

test("a component that is needed and missing is named before anything of the release is read", async () => {
  await using registry = await memoryRegistry();
  const { image: name, pullSpec } = await pushTo(registry);
  const needs = ["etcd", "local-machine"];
  const refused = { message: expect.stringMatching(/has no image local-machine: .*hcp release push/) };
  await expect(pullRelease({ image: name, plainHttp, cache, needs })).rejects.toMatchObject(refused);
  expect(registry.requests.filter((each) => each.startsWith("GET /v2/roost/etcd/"))).toEqual([]);
  await pullRelease({ image: name, plainHttp, cache });
  await expect(pullRelease({ image: pullSpec, plainHttp, cache, needs })).rejects.toMatchObject(refused);
});

test("a release for another kind of computer is refused before its layers are read", async () => {
  await using registry = await memoryRegistry();
  const etcd = await image("etcd");
  const release = { version: "1.2.3", previous: [], images: [forArchitecture("s390x", etcd)] };
  const pushed = await pushBuiltRelease(release, { registry: registry.host, plainHttp, cache: built });
  await expect(pullRelease({ image: pushed.image, plainHttp, cache })).rejects.toThrow(
    /is for linux\/s390x, and this computer is linux\/\w+; name one that was pushed/,
  );
  expect(registry.requests).not.toContain(`GET /v2/roost/etcd/blobs/${ownLayer(etcd)}`);
});

test("a copy of a whole release in another registry is read there, and not where the release says", async () => {
  await using first = await memoryRegistry();
  await using second = await memoryRegistry();
  await pushTo(first);
  await copy(first, second, ["release", "etcd", "kube-apiserver"]);
  first.requests.length = 0;
  const pulled = await pullRelease({ image: `${second.host}/mirror/release:1.2.3`, plainHttp, cache });
  expect(pulled.images).toHaveLength(2);
  expect(first.requests).toEqual([]);
});

test("what a copy lacks is read where the release says", async () => {
  await using first = await memoryRegistry();
  await using second = await memoryRegistry();
  await pushTo(first);
  await copy(first, second, ["release", "etcd"]);
  first.requests.length = 0;
  const pulled = await pullRelease({ image: `${second.host}/mirror/release:1.2.3`, plainHttp, cache });
  expect(pulled.images).toHaveLength(2);
  expect(first.requests.filter((each) => /\/roost\/(etcd|release)\//.test(each))).toEqual([]);
  expect(first.requests.length).toBeGreaterThan(0);
});
