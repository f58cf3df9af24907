import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority, issue } from "../pki/certificate.ts";
import { memoryRegistry } from "../testing/memory-registry.ts";
import { makeImage } from "./image.ts";
import { goArchitecture } from "./image-manifest.ts";
import type { LayerEntry } from "./layer-entry.ts";
import { layerTar } from "./layer-tar.ts";
import { pushImage } from "./push-image.ts";
import { pushBuiltRelease } from "./push-release.ts";
import { readRelease } from "./read-release.ts";
import { registryClient } from "./registry-client.ts";
import { renderReleaseManifests } from "./release-manifests.ts";

const shell: LayerEntry[] = [{ path: "bin/sh", type: "text", mode: 0o755, text: "shell" }];
const anyDigest = `sha256:${"1".repeat(64)}`;
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), "roost-release-test-"));
});
afterAll(() => rm(cache, { recursive: true }));

function image(
  name: string,
  layers = [shell, [{ path: `bin/${name}`, type: "text", mode: 0o755, text: name } satisfies LayerEntry]],
) {
  return makeImage({ name, layers, entrypoint: [`/bin/${name}`] }, cache);
}

async function smallRelease() {
  return { version: "1.2.3", previous: ["1.2.2"], images: [await image("etcd"), await image("kube-apiserver")] };
}

function pullSecretFor(host: string, password: string): string {
  return JSON.stringify({ auths: { [host]: { auth: Buffer.from(`user:${password}`).toString("base64") } } });
}

describe("a release at a registry", () => {
  test("is read back as it was pushed", async () => {
    await using registry = await memoryRegistry();
    const access = { registry: registry.host, plainHttp: true, cache };
    const pushed = await pushBuiltRelease(await smallRelease(), access);
    const release = await readRelease({ image: pushed.image, plainHttp: true });
    expect(release).toMatchObject({
      version: "1.2.3",
      previous: ["1.2.2"],
      images: pushed.images,
      pullSpec: pushed.image,
    });
    expect(`${registry.host}/roost/release@${release.digest}`).toBe(pushed.pullSpec);
    expect(release.image("etcd")).toMatch(/\/roost\/etcd@sha256:[0-9a-f]{64}$/);
    expect(() => release.image("nothing")).toThrow("has no image named nothing");
  });

  test("is not sent again where nothing changed", async () => {
    await using registry = await memoryRegistry();
    const access = { registry: registry.host, plainHttp: true, cache };
    const first = await pushBuiltRelease(await smallRelease(), access);
    registry.requests.length = 0;
    expect(await pushBuiltRelease(await smallRelease(), access)).toEqual(first);
    expect(registry.requests.every((request) => request.startsWith("HEAD /v2/"))).toBe(true);
  });

  test("takes layers that all images have from the first of them", async () => {
    await using registry = await memoryRegistry();
    await pushBuiltRelease(await smallRelease(), { registry: registry.host, plainHttp: true, cache });
    const uploads = registry.requests.filter((request) => request.startsWith("PUT /v2/roost/kube-apiserver/blobs"));
    expect(uploads.length).toBeLessThanOrEqual(2);
  });

  test.each(["basic", "bearer"] as const)("is pushed and read with %s credentials of a pull secret", async (login) => {
    await using registry = await memoryRegistry({ password: "pass:word", login });
    const access = { plainHttp: true, pullSecret: pullSecretFor(registry.host, "pass:word") };
    const pushed = await pushBuiltRelease(await smallRelease(), { registry: registry.host, cache, ...access });
    expect((await readRelease({ image: pushed.pullSpec, ...access })).version).toBe("1.2.3");
  });

  test("is read from compressed layers of a list of platforms", async () => {
    await using registry = await memoryRegistry();
    const files = renderReleaseManifests({
      version: "4.20.0",
      previous: [],
      metadata: { url: "x" },
      images: { pod: `r.example/pod@${anyDigest}` },
    });
    const entries = Object.entries(files).map(
      ([path, text]): LayerEntry => ({ path, type: "text", mode: 0o644, text }),
    );
    const layer = registry.putBlob(gzipSync(Buffer.concat(await layerTar(entries).toArray())));
    const digest = registry.putManifest("ocp/release", "amd64", {
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      config: { mediaType: "application/vnd.docker.container.image.v1+json", digest: registry.putBlob("{}"), size: 2 },
      layers: [{ mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip", digest: layer, size: 1 }],
    });
    const list = registry.putManifest("ocp/release", "4.20.0", {
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.list.v2+json",
      manifests: [
        { digest: "sha256:none", platform: { os: "linux", architecture: "vax" } },
        { digest, platform: { os: "linux", architecture: goArchitecture() } },
      ],
    });
    const release = await readRelease({ image: `${registry.host}/ocp/release:4.20.0`, plainHttp: true });
    expect(release).toMatchObject({
      version: "4.20.0",
      digest: list,
      metadata: { url: "x" },
      images: { pod: `r.example/pod@${anyDigest}` },
    });
  });
});

describe("a release that cannot be read is answered with what to do", () => {
  test("an image that the registry does not have", async () => {
    await using registry = await memoryRegistry();
    const error = await readRelease({ image: `${registry.host}/roost/release:9.9.9`, plainHttp: true }).catch((e) => e);
    expect(error.reason).toBe("ImageNotFound");
    expect(error.message).toMatch(/release:9\.9\.9 does not exist.*check the name/);
  });

  test.each(["basic", "bearer"] as const)("a pull secret that the registry does not accept (%s)", async (login) => {
    await using registry = await memoryRegistry({ password: "right", login });
    const image = `${registry.host}/roost/release:1.2.3`;
    const wrong = pullSecretFor(registry.host, "wrong-password");
    const error = await readRelease({ image, plainHttp: true, pullSecret: wrong }).catch((e) => e);
    expect(error.reason).toBe("Unauthorized");
    expect(error.message).toMatch(/add valid credentials for 127\.0\.0\.1:\d+ to the pull secret/);
    expect(error.message).not.toContain("wrong-password");
    const without = await readRelease({ image, plainHttp: true }).catch((e) => e);
    expect(without.reason).toBe("Unauthorized");
    expect(without.message).toContain("the pull secret has none for it");
  });

  test("an image that is not a release", async () => {
    await using registry = await memoryRegistry();
    const target = { registry: registry.host, repository: "roost/etcd", tag: "1", plainHttp: true };
    await pushImage(await image("etcd"), target);
    const error = await readRelease({ image: `${registry.host}/roost/etcd:1`, plainHttp: true }).catch((e) => e);
    expect(error.reason).toBe("NotAReleaseImage");
    expect(error.message).toContain("is not a release image");
  });

  test("a registry that is not there", async () => {
    const error = await readRelease({ image: "127.0.0.1:9/roost/release:1.2.3" }).catch((e) => e);
    expect(error.reason).toBe("RegistryUnreachable");
    expect(error.message).toContain("127.0.0.1:9 cannot be reached");
  });

  test("a text that is no pull spec", async () => {
    const error = await readRelease({ image: "release:1.2.3" }).catch((e) => e);
    expect(error.reason).toBe("InvalidImageReference");
  });
});

describe("a registry that cannot be trusted", () => {
  /** What a release image's layer is, and a manifest for any layer, however it is described. */
  const releaseLayer = async (images = { etcd: `r.example/etcd@${anyDigest}` }) => {
    const files = renderReleaseManifests({ version: "1.2.3", previous: [], metadata: {}, images });
    const entries = Object.entries(files).map(
      ([path, text]): LayerEntry => ({ path, type: "text", mode: 0o644, text }),
    );
    return Buffer.concat(await layerTar(entries).toArray());
  };
  const manifestOf = (digest: string, mediaType = "application/vnd.oci.image.layer.v1.tar") => ({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: anyDigest, size: 2 },
    layers: [{ mediaType, digest, size: 1 }],
  });
  const read = (host: string) => readRelease({ image: `${host}/evil/release:1`, plainHttp: true }).catch((e) => e);

  /** A server that answers as told, and counts what it could send before it was cut off. */
  async function anyServer(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
      host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  test("a manifest without end is cut off", async () => {
    let sent = 0;
    await using server = await anyServer((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(1 << 16))) sent += 1 << 16;
      };
      response.on("drain", more);
      more();
    });
    const error = await read(server.host);
    expect(error.reason).toBe("UnexpectedAnswer");
    expect(error.message).toMatch(/a manifest .* of more than 4096 KiB; check the registry/);
    expect(sent).toBeLessThan(64 << 20);
  });

  test("a file that unpacks without end is cut off", async () => {
    await using registry = await memoryRegistry();
    const entry: LayerEntry = {
      path: "release-manifests/image-references",
      type: "text",
      mode: 0o644,
      text: " ".repeat(64 << 20),
    };
    const digest = registry.putBlob(gzipSync(Buffer.concat(await layerTar([entry]).toArray())));
    registry.putManifest("evil/release", "1", manifestOf(digest, "application/vnd.oci.image.layer.v1.tar+gzip"));
    const error = await read(registry.host);
    expect(error.reason).toBe("UnexpectedAnswer");
    expect(error.message).toMatch(/its file release-manifests\/image-references has more than 4 MiB/);
  });

  test("a layer that is not what its digest says is refused, though it could be read", async () => {
    await using registry = await memoryRegistry();
    registry.putManifest("evil/release", "1", manifestOf(anyDigest));
    registry.putBlobAs(anyDigest, await releaseLayer());
    const error = await read(registry.host);
    expect(error.reason).toBe("UnexpectedAnswer");
    expect(error.message).toMatch(/a layer of .* is not what its digest says/);
  });

  test("an image that the release names without a digest is refused", async () => {
    await using registry = await memoryRegistry();
    const digest = registry.putBlob(await releaseLayer({ etcd: "r.example/etcd:latest" }));
    registry.putManifest("evil/release", "1", manifestOf(digest));
    const error = await read(registry.host);
    expect(error.reason).toBe("NotAReleaseImage");
    expect(error.message).toMatch(/names its image etcd without a digest/);
  });

  test("a redirect is followed for blobs only", async () => {
    let asked = 0;
    await using inside = await anyServer((_request, response) => {
      asked++;
      response.end("secret");
    });
    await using outside = await anyServer((_request, response) =>
      response.writeHead(302, { location: `http://${inside.host}/latest/meta-data` }).end(),
    );
    expect((await read(outside.host)).reason).toBe("UnexpectedAnswer");
    expect(asked).toBe(0);
  });

  test("what leaves TLS is not followed, neither for a blob nor for a log-in", async () => {
    let asked = 0;
    await using inside = await anyServer((_request, response) => {
      asked++;
      response.end("secret");
    });
    await using redirecting = await tlsServer((_request, response) =>
      response.writeHead(302, { location: `http://${inside.host}/` }).end(),
    );
    const blob = registryClient(redirecting.host, "a", { ca: redirecting.ca }).send("blobs/sha256:1");
    await expect(blob).rejects.toThrow(/sends to http:\/\/, which is not protected by TLS/);
    await using challenging = await tlsServer((_request, response) =>
      response.writeHead(401, { "www-authenticate": `Bearer realm="http://${inside.host}/token"` }).end(),
    );
    const login = registryClient(challenging.host, "a", { ca: challenging.ca }).send("manifests/1");
    await expect(login).rejects.toThrow(/not protected by TLS/);
    expect(asked).toBe(0);
  });

  test("nothing of what a server says is repeated", async () => {
    await using server = await anyServer((_request, response) => response.writeHead(500).end("internal-secret"));
    const error = await read(server.host);
    expect(error.message).toMatch(/answers 500 for evil\/release/);
    // It says nothing about the release.
    expect(error.reason).toBe("RegistryUnreachable");
    expect(error.message).not.toContain("internal-secret");
  });

  async function tlsServer(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const now = new Date();
    const authority = createAuthority("test", now);
    const pair = issue({ commonName: "registry", usages: ["server"], addresses: ["127.0.0.1"] }, authority, now);
    const server = createTlsServer({ cert: pair.certificate, key: pair.key }, answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
      host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      ca: authority.certificate,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }
});
