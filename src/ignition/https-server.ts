import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Log } from "../kube/controller.ts";

export interface HttpRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>;
  /** Reads the body, up to that many bytes. Asked for once it is known who sends it: strangers' bodies are not read. */
  body: (largest: number) => Promise<string>;
  /** To be called once the sender has shown who it is: its connection is then not among those closed for room. */
  recognized: () => void;
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

/** So many connections that have not shown who they are may be open; of more, the oldest is closed. */
const mostStrangers = 256;
const mostConnections = 5000;
/** A socket that says nothing for this long is closed. Longer than a call of a host is kept waiting for its answer. */
const silenceMs = 60_000;
/** A client that still sends its body has this long to read its answer before the connection is closed. */
const discardMs = 1000;

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
      handshakeTimeout: 10_000,
      maxHeaderSize: 8 << 10,
    },
    (request, response) => {
      answer({ request, response, serve, log, recognized: () => strangers.delete(keyOf(request.socket)) }).catch(
        (error: Error) => {
          log.error({ error: error.message }, "could not answer");
          response.destroy();
        },
      );
    },
  );
  server.setTimeout(silenceMs);
  server.maxConnections = mostConnections;
  const strangers = new Map<string, Socket>();
  server.on("connection", (socket: Socket) => {
    const key = keyOf(socket);
    strangers.set(key, socket);
    socket.once("close", () => strangers.delete(key));
    const [oldest] = strangers.values();
    if (strangers.size > mostStrangers) oldest?.destroy();
  });
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

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  serve: Serve;
  log: Log;
  recognized: () => void;
}

/** Answers one request, whatever it is. */
async function answer(exchange: Exchange): Promise<void> {
  const { request, response, log } = exchange;
  const started = Date.now();
  const url = urlOf(request);
  const result = url ? await respond(exchange, url) : failure(400, "The address of the request cannot be read");
  const body = request.method === "HEAD" ? "" : (result.body ?? "");
  const unread = !request.complete;
  response.writeHead(result.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(result.body ?? ""),
    ...(unread ? { connection: "close" } : {}),
    ...result.headers,
  });
  response.write(body);
  if (unread) await discard(request);
  response.end();
  // Never the query: it may carry a token.
  log.debug(
    { method: request.method, path: url?.pathname, status: result.status, ms: Date.now() - started },
    "answered",
  );
}

/**
 * Reads what is left of a body that nobody wants, for a while. A connection that is closed while its client sends is
 * reset, and the client may lose the answer (RFC 9112, 9.6).
 */
function discard(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, discardMs);
    request.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    request.removeAllListeners("data").resume();
  });
}

function urlOf({ url = "/" }: IncomingMessage): URL | undefined {
  // An address that begins with two slashes would name a host.
  return url.startsWith("/") && !url.startsWith("//") && URL.canParse(url, "https://localhost")
    ? new URL(url, "https://localhost")
    : undefined;
}

async function respond({ request, serve, log, recognized }: Exchange, url: URL): Promise<HttpResponse> {
  try {
    return await serve({
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: (largest) => bodyOf(request, largest),
      recognized,
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

async function bodyOf(request: IncomingMessage, largest: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not with `for await`: leaving that early would destroy the socket, and the answer with it.
  return new Promise((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > largest) {
        request.pause();
        reject(new HttpError(413, `The request is larger than ${largest} bytes`));
      } else {
        chunks.push(chunk);
      }
    });
    request.once("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.once("error", reject);
  });
}
