import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Log } from "../kube/controller.ts";

export interface HttpRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface HttpResponse {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

/** A server as a function, so that tests need no socket. */
export type Serve = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse;

export interface HttpsServer {
  port: number;
  /** New connections get this certificate from now on. */
  useCertificate(pair: { certificate: string; key: string }): void;
}

const largestBody = 1 << 20;

/** Thrown by a server's function for an answer that is not a success; the message goes to the client. */
export class HttpError extends Error {
  readonly status: number;
  /** Fields for programs, beside the message. */
  readonly details?: object;
  constructor(status: number, message: string, options: ErrorOptions & { details?: object } = {}) {
    super(message, options);
    this.status = status;
    this.details = options.details;
  }
}

/** Answers HTTPS requests until the signal aborts. Resolves once the port is open. */
export async function startHttpsServer(options: {
  serve: Serve;
  port: number;
  certificate: { certificate: string; key: string };
  log: Log;
  signal: AbortSignal;
  /** All addresses where absent. */
  host?: string;
}): Promise<HttpsServer> {
  const { serve, port, certificate, log, signal, host } = options;
  const server = createServer(
    {
      cert: certificate.certificate,
      key: certificate.key,
      minVersion: "TLSv1.2",
      requestTimeout: 30_000,
      headersTimeout: 10_000,
    },
    (request, response) => {
      answer(request, response, serve, log);
    },
  );
  // What is not HTTPS, such as a port scan or a probe over TCP, is no news.
  server.on("tlsClientError", (error) => log.debug({ error: error.message }, "a client ended the TLS handshake"));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
  server.on("error", (error) => log.error({ error: error.message }, "https server failed"));
  signal.addEventListener(
    "abort",
    () => {
      server.close();
      server.closeAllConnections();
    },
    { once: true },
  );
  return {
    port: (server.address() as AddressInfo).port,
    useCertificate: (pair) => server.setSecureContext({ cert: pair.certificate, key: pair.key }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, serve: Serve, log: Log): Promise<void> {
  const started = Date.now();
  const url = new URL(request.url ?? "/", "https://localhost");
  const result = await respond(request, url, serve, log);
  response.writeHead(result.status, { "content-type": "application/json", ...result.headers });
  response.end(request.method === "HEAD" ? undefined : result.body);
  // Never the query: it may carry a token.
  log.debug(
    { method: request.method, path: url.pathname, status: result.status, ms: Date.now() - started },
    "answered",
  );
}

async function respond(request: IncomingMessage, url: URL, serve: Serve, log: Log): Promise<HttpResponse> {
  try {
    return await serve({
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: await bodyOf(request),
    });
  } catch (error) {
    if (error instanceof HttpError) return failure(error.status, error.message, error.details);
    log.error(
      { path: url.pathname, error: error instanceof Error ? error.message : String(error) },
      "could not answer",
    );
    return failure(500, "The server could not answer; its log says why");
  }
}

/** An answer that says what went wrong. */
export function failure(status: number, message: string, details: object = {}): HttpResponse {
  return { status, body: `${JSON.stringify({ ...details, message })}\n` };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new HttpError(413, `The request is larger than ${largestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
