import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A registry that keeps its images in memory, for tests. */
export interface MemoryRegistry extends AsyncDisposable {
  /** `host:port`, plain HTTP. */
  host: string;
  /** Puts a manifest under a tag and its digest as a registry would hold it; returns the digest. */
  putManifest(repository: string, tag: string, manifest: object): string;
  /** Puts a blob; returns its digest. */
  putBlob(content: Buffer | string): string;
  /** Gives this content out under a digest that is not its own. */
  putBlobAs(digest: string, content: Buffer): void;
  /** Requests seen, as `METHOD path`. */
  requests: string[];
}

/** Starts one on a free loopback port. With `password` it wants that, as `basic` credentials or for a `bearer` token. */
export async function memoryRegistry(
  options: { password?: string; login?: "basic" | "bearer" } = {},
): Promise<MemoryRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { content: Buffer; mediaType: string }>();
  const requests: string[] = [];
  const token = randomUUID();

  const putBlob = (content: Buffer | string) => {
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return digest;
  };
  const putManifest = (repository: string, tag: string, content: Buffer, mediaType: string) => {
    const digest = digestOf(content);
    for (const version of [tag, digest]) manifests.set(`${repository}/${version}`, { content, mediaType });
    return digest;
  };

  function allowed(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    const { authorization = "" } = request.headers;
    const isBasic = authorization === `Basic ${Buffer.from(`user:${options.password}`).toString("base64")}`;
    if (url.pathname === "/token") {
      response.writeHead(isBasic ? 200 : 401).end(JSON.stringify({ token }));
      return false;
    }
    if (!options.password || (options.login === "bearer" ? authorization === `Bearer ${token}` : isBasic)) return true;
    const challenge =
      options.login === "bearer"
        ? `Bearer realm="http://${request.headers.host}/token",service="test"`
        : 'Basic realm="test"';
    response.writeHead(401, { "www-authenticate": challenge }).end();
    return false;
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    requests.push(`${request.method} ${url.pathname}`);
    const body = Buffer.concat(await request.toArray());
    if (!allowed(request, response, url)) return;
    const [, repository = "", kind, version = ""] = /^\/v2\/(.+)\/(manifests|blobs)\/(.*)$/.exec(url.pathname) ?? [];
    const sent = request.method !== "GET" && request.method !== "HEAD";
    if (kind === "manifests" && sent) {
      const digest = putManifest(repository, version, body, request.headers["content-type"] ?? "");
      response.writeHead(201, { "docker-content-digest": digest }).end();
    } else if (kind === "manifests") {
      const found = manifests.get(`${repository}/${version}`);
      if (!found) return void response.writeHead(404).end();
      response
        .writeHead(200, { "content-type": found.mediaType, "docker-content-digest": digestOf(found.content) })
        .end(found.content);
    } else if (request.method === "POST") {
      const mounted = blobs.has(url.searchParams.get("mount") ?? "");
      response
        .writeHead(mounted ? 201 : 202, { location: `/v2/${repository}/blobs/uploads/${randomUUID()}?state=1` })
        .end();
    } else if (sent) {
      const good = putBlob(body) === url.searchParams.get("digest");
      response.writeHead(good ? 201 : 400).end();
    } else {
      const blob = blobs.get(version);
      response.writeHead(blob ? 200 : 404).end(blob);
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    putBlob,
    putBlobAs: (digest, content) => void blobs.set(digest, content),
    putManifest: (repository, tag, manifest) => {
      const mediaType = "mediaType" in manifest ? String(manifest.mediaType) : "";
      return putManifest(repository, tag, Buffer.from(JSON.stringify(manifest)), mediaType);
    },
    [Symbol.asyncDispose]: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
