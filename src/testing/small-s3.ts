import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "../pki/certificate.ts";

/** What a test may do to a request: nothing, or an answer in its place, or the end of its connection. */
type Fault = (request: { method: string; path: string; query: URLSearchParams }) => "cut" | "cut half way" | undefined;

export interface SmallS3 {
  endpoint: string;
  objects: Map<string, Buffer>;
  /** Uploads that are not finished: their parts by number. */
  uploads: Map<string, { key: string; parts: Map<number, Buffer> }>;
  /** `PUT /key` and so on, each with the words of its query. */
  requests: string[];
  /** Asked about each request. */
  fault: Fault;
  /** How many keys a list gives at a time. */
  pageKeys: number;
  close: () => void;
}

/**
 * As much of S3 as a store uses, in memory, for what a real server cannot be made to do: connections that end half way.
 * One bucket, `backups`; it checks no signature. The long test `s3` runs the same cases on a real one.
 */
export async function smallS3(tls?: KeyPair): Promise<SmallS3> {
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    answer(s3, request, response).catch((error) => response.destroy(error));
  };
  const server = tls ? createTlsServer({ cert: tls.certificate, key: tls.key }, onRequest) : createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const s3: SmallS3 = {
    endpoint: `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: new Map(),
    uploads: new Map(),
    requests: [],
    fault: () => undefined,
    pageKeys: 1000,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return s3;
}

const bucket = "/backups";
const tag = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`;
const date = "2026-01-31T18:00:00.000Z";

async function answer(s3: SmallS3, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? "/", s3.endpoint);
  const { method = "" } = request;
  const path = decodeURIComponent(pathname);
  s3.requests.push([method, path, ...[...query.keys()].filter((name) => name !== "x-id")].join(" "));
  const fault = s3.fault({ method, path, query });
  if (fault === "cut") return void request.socket.destroy();
  const body = Buffer.concat(await request.toArray());
  const xml = (text: string, status = 200) =>
    response.writeHead(status, { "content-type": "application/xml" }).end(text);
  const error = (code: string, status: number) => xml(`<Error><Code>${code}</Code></Error>`, status);
  if (path !== bucket && !path.startsWith(`${bucket}/`)) return void error("NoSuchBucket", 404);
  const key = path.slice(bucket.length + 1);
  const upload = s3.uploads.get(query.get("uploadId") ?? "");
  if (query.has("uploadId") && !upload) return void error("NoSuchUpload", 404);

  if (method === "GET" && query.has("uploads")) {
    const found = [...s3.uploads].filter(([, each]) => each.key.startsWith(query.get("prefix") ?? ""));
    const entries = found.map(
      ([id, each]) => `<Upload><Key>${each.key}</Key><UploadId>${id}</UploadId><Initiated>${date}</Initiated></Upload>`,
    );
    return void xml(`<ListMultipartUploadsResult>${entries.join("")}</ListMultipartUploadsResult>`);
  }
  if (method === "POST" && query.has("uploads")) {
    const id = String(s3.requests.length);
    s3.uploads.set(id, { key, parts: new Map() });
    return void xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  }
  if (upload && method === "PUT") {
    upload.parts.set(Number(query.get("partNumber")), body);
    return void response.writeHead(200, { etag: tag(body) }).end();
  }
  if (upload && method === "GET") {
    const parts = [...upload.parts].map(
      ([number, bytes]) => `<Part><PartNumber>${number}</PartNumber><ETag>${tag(bytes)}</ETag></Part>`,
    );
    return void xml(`<ListPartsResult>${parts.join("")}</ListPartsResult>`);
  }
  if (upload && method === "POST") {
    const asked = [...body.toString().matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
      number: Number(/<PartNumber>(\d+)/.exec(part)?.[1]),
      etag: /<ETag>(.*?)<\/ETag>/.exec(part)?.[1]?.replaceAll("&quot;", '"'),
    }));
    const parts = asked.map(({ number, etag }) => {
      const bytes = upload.parts.get(number);
      return bytes && tag(bytes) === etag ? bytes : undefined;
    });
    if (parts.includes(undefined)) return void error("InvalidPart", 400);
    s3.objects.set(key, Buffer.concat(parts as Buffer[]));
    s3.uploads.delete(query.get("uploadId") ?? "");
    return void xml("<CompleteMultipartUploadResult></CompleteMultipartUploadResult>");
  }
  if (upload && method === "DELETE") {
    s3.uploads.delete(query.get("uploadId") ?? "");
    return void response.writeHead(204).end();
  }
  if (method === "GET" && key === "") {
    const after = query.get("continuation-token") ?? "";
    const keys = [...s3.objects.keys()]
      .sort()
      .filter((each) => each.startsWith(query.get("prefix") ?? "") && each > after);
    const page = keys.slice(0, s3.pageKeys);
    const entries = page.map(
      (each) =>
        `<Contents><Key>${each}</Key><Size>${s3.objects.get(each)?.length}</Size><LastModified>${date}</LastModified></Contents>`,
    );
    const more = page.length < keys.length;
    const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
    return void xml(
      `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${entries.join("")}</ListBucketResult>`,
    );
  }
  if (method === "PUT") {
    s3.objects.set(key, body);
    return void response.writeHead(200, { etag: tag(body) }).end();
  }
  if (method === "DELETE") {
    s3.objects.delete(key);
    return void response.writeHead(204).end();
  }
  const bytes = s3.objects.get(key);
  if (!bytes) return void error("NoSuchKey", 404);
  if (request.headers["if-match"] && request.headers["if-match"] !== tag(bytes)) {
    return void error("PreconditionFailed", 412);
  }
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const rest = bytes.subarray(start);
  const range = request.headers.range
    ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` }
    : undefined;
  response.writeHead(range ? 206 : 200, { etag: tag(bytes), "content-length": rest.length, ...range });
  if (fault !== "cut half way") return void response.end(rest);
  response.write(rest.subarray(0, Math.ceil(rest.length / 2)), () => response.destroy());
}
