import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import type { Connection, Credentials } from "./connection.ts";
import { ConnectionCut } from "./connection-cut.ts";
import { ConnectionError } from "./connection-error.ts";
import { Http2Sessions, NotSent, timeoutError } from "./http2-sessions.ts";
import { pause } from "./pause.ts";
import { connectThroughProxy } from "./proxy.ts";
import { type RequestName, requestName } from "./request-name.ts";

export interface Call {
  method: string;
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  /** Asked each time just before the request is sent: why it must not be. */
  admit?: () => Error | undefined;
  /** For the whole answer (`send`) or its head (`open`). */
  timeoutMs?: number;
  /** A longer answer is not read to its end (`send`), and is an error. */
  maxBytes?: number;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** An answer whose head has come. */
export interface Opened {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  stream: Readable;
  /**
   * Why the answer is not complete, where the stream ended, with that error or without one. Nothing where it is complete.
   */
  flaw: (error?: Error) => Error | undefined;
}

export interface TransportOptions {
  userAgent: string;
  /** Told of each request that is sent, also where the same is sent again. */
  onRequest?: (request: RequestName) => void;
}

const defaultTimeoutMs = 30_000;
const times = { tcpKeepAliveMs: 15_000, pingAfterMs: 30_000, pingWithinMs: 10_000 };
const maxRetries = 4;
/** How often a request is sent again that the server cannot have heard. */
const maxUnheard = 3;

/** Sends HTTP requests to one API server over kept connections, with credentials that may change while it runs. */
export class Transport {
  #connection: Connection;
  #ways: Ways | undefined;
  #waysFor: Credentials | undefined;
  readonly #userAgent: string;
  readonly #onRequest: TransportOptions["onRequest"];

  constructor(connection: Connection, { userAgent, onRequest }: TransportOptions) {
    this.#connection = connection;
    this.#userAgent = userAgent;
    this.#onRequest = onRequest;
  }

  get server(): string {
    return this.#connection.server;
  }

  /** New requests go by the new connection; those under way end as they began. */
  replace(connection: Connection): void {
    this.#connection = connection;
    this.#dropWays();
  }

  close(): void {
    this.#dropWays();
  }

  /** The whole answer. Waits and asks again where the server says that it is too busy. */
  async send(call: Call): Promise<Answer> {
    const deadline = Date.now() + (call.timeoutMs ?? defaultTimeoutMs);
    let isRefused = false;
    for (let attempt = 0; ; attempt++) {
      const timeoutMs = Math.max(1, deadline - Date.now());
      const answer = await this.#repeating(call, () => this.#sendOnce({ ...call, timeoutMs }));
      if (answer.status === 401 && !isRefused && this.#connection.refused) {
        isRefused = true;
        this.#connection.refused();
        continue;
      }
      const pauseMs = retryAfterMs(answer);
      if (pauseMs === undefined || attempt >= maxRetries || Date.now() + pauseMs > deadline) return answer;
      await pause(pauseMs, call.signal);
    }
  }

  async #sendOnce(call: Call): Promise<Answer> {
    const started = Date.now();
    const opened = await this.#openOnce(call);
    const { status, headers, stream } = opened;
    const leftMs = Math.max(1, (call.timeoutMs ?? defaultTimeoutMs) - (Date.now() - started));
    const timer = setTimeout(() => stream.destroy(timeoutError()), leftMs);
    try {
      return { status, headers, body: await textOf(opened, call.maxBytes) };
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answer as a stream, once its head is there; for watches and logs. */
  open(call: Call): Promise<Opened> {
    return this.#repeating(call, () => this.#openOnce(call));
  }

  /** Sends what may be sent twice again, once, where the connection was cut. */
  async #repeating<T>(call: Call, send: () => Promise<T>): Promise<T> {
    call.signal?.throwIfAborted();
    for (let failures = 0; ; failures++) {
      try {
        return await send();
      } catch (error) {
        if (call.signal?.aborted) throw call.signal.reason;
        const refusal = call.admit?.();
        if (refusal) throw refusal;
        if (mayRepeat(call, error, failures)) continue;
        throw new ConnectionError(this.server, error instanceof NotSent ? (error.cause ?? error) : error);
      }
    }
  }

  async #openOnce(call: Call): Promise<Opened> {
    const credentials = await this.#connection.credentials();
    const server = new URL(this.#connection.server);
    const headers = this.#headersOf(call, credentials);
    const timeoutMs = call.timeoutMs ?? defaultTimeoutMs;
    const ways = this.#waysWith(credentials, server);
    this.#onRequest?.(requestName(call));
    if (ways.http2) {
      const opened = await ways.http2.open(call, headers, timeoutMs);
      if (opened) return opened;
      // The server, or something before it, speaks HTTP/1.1 only.
      ways.http2 = undefined;
    }
    return openHttp1(ways.agent, server, call, headers, timeoutMs);
  }

  #headersOf(call: Call, credentials: Credentials): Record<string, string | string[]> {
    const { actAs } = this.#connection;
    const headers: Record<string, string | string[]> = { "user-agent": this.#userAgent, accept: "application/json" };
    if (credentials.authorization) headers.authorization = credentials.authorization;
    if (actAs) Object.assign(headers, { "impersonate-user": actAs.user, "impersonate-group": actAs.groups });
    if (call.body !== undefined) headers["content-length"] = String(Buffer.byteLength(call.body));
    return Object.assign(headers, call.headers);
  }

  #waysWith(credentials: Credentials, server: URL): Ways {
    const known = this.#waysFor;
    if (this.#ways && known?.certificate === credentials.certificate && known?.key === credentials.key) {
      return this.#ways;
    }
    this.#dropWays();
    const { ca, serverName, insecure, proxy } = this.#connection;
    const isPlain = server.protocol === "http:";
    const tls = {
      ca,
      cert: credentials.certificate,
      key: credentials.key,
      servername: serverName,
      rejectUnauthorized: !insecure,
    };
    const kept = { keepAlive: true, keepAliveMsecs: times.tcpKeepAliveMs, maxFreeSockets: 4, timeout: 60_000 };
    const agent = isPlain ? new HttpAgent(kept) : new HttpsAgent({ ...kept, ...tls });
    if (proxy) connectThroughProxy(agent, proxy, tls);
    const http2 = isPlain || proxy ? undefined : new Http2Sessions(server, tls, times);
    this.#ways = { agent, http2 };
    this.#waysFor = credentials;
    return this.#ways;
  }

  /** Only what is idle: watches on the old connections go on until they end. */
  #dropWays(): void {
    const ways = this.#ways;
    this.#ways = undefined;
    this.#waysFor = undefined;
    if (!ways) return;
    ways.http2?.close();
    for (const sockets of Object.values(ways.agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    ways.agent.maxFreeSockets = 0;
  }
}

interface Ways {
  agent: HttpAgent | HttpsAgent;
  /** Nothing where it cannot be used. */
  http2: Http2Sessions | undefined;
}

function openHttp1(
  agent: HttpAgent | HttpsAgent,
  server: URL,
  call: Call,
  headers: Record<string, string | string[]>,
  timeoutMs: number,
): Promise<Opened> {
  const isPlain = server.protocol === "http:";
  return new Promise((resolve, reject) => {
    const refusal = call.admit?.();
    if (refusal) return reject(refusal);
    const request = (isPlain ? httpRequest : httpsRequest)({
      agent,
      method: call.method,
      host: server.hostname.replace(/^\[|\]$/g, ""),
      port: server.port || (isPlain ? 80 : 443),
      path: server.pathname.replace(/\/$/, "") + call.path,
      headers,
      signal: call.signal,
    });
    const timer = setTimeout(() => request.destroy(timeoutError()), timeoutMs);
    request.on("socket", (socket) => socket.setKeepAlive(true, times.tcpKeepAliveMs));
    request.on("response", (response) => {
      clearTimeout(timer);
      const flaw = (error?: Error) => (response.complete && !error ? undefined : cutOf(error));
      resolve({ status: response.statusCode ?? 0, headers: response.headers, stream: response, flaw });
    });
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(cutOf(error));
    });
    request.end(call.body);
  });
}

/** An error of HTTP/1.1: in the middle of an answer, or of a kept connection that the server had just closed. */
function cutOf(error: NodeJS.ErrnoException | undefined): Error {
  const isCut = !error || error.code === "ECONNRESET" || error.code === "EPIPE";
  return isCut ? new ConnectionCut({ socketError: error?.code }) : error;
}

function mayRepeat({ method }: Call, error: unknown, failures: number): boolean {
  if (error instanceof NotSent) return failures < maxUnheard;
  return error instanceof ConnectionCut && method !== "POST" && failures === 0;
}

async function textOf({ stream, flaw }: Opened, maxBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      // Leaving the loop ends the stream.
      if (length > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw flaw(error as Error) ?? error;
  }
  if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
  const found = flaw();
  if (found) throw found;
  return Buffer.concat(chunks).toString("utf8");
}

function retryAfterMs(answer: Answer): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const seconds = Number(answer.headers["retry-after"]);
  if (!Number.isFinite(seconds)) return undefined;
  return Math.max(100, seconds * 1000);
}
