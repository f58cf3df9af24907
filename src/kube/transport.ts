import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import type { Connection, Credentials } from "./connection.ts";
import { ConnectionError } from "./connection-error.ts";
import { Http2Sessions, NotSent, timeoutError } from "./http2-sessions.ts";
import { pause } from "./pause.ts";
import { connectThroughProxy } from "./proxy.ts";

export interface Call {
  method: string;
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  /** For the whole answer (`send`) or its head (`open`). */
  timeoutMs?: number;
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
}

const defaultTimeoutMs = 30_000;
/** A dead peer of an otherwise quiet watch is noticed by TCP keep-alive: this long, and ten probes a second apart. */
const tcpKeepAliveMs = 15_000;
const maxRetries = 4;

/** Sends HTTP requests to one API server over kept connections, with credentials that may change while it runs. */
export class Transport {
  #connection: Connection;
  #ways: Ways | undefined;
  #waysFor: Credentials | undefined;
  readonly #userAgent: string;

  constructor(connection: Connection, userAgent: string) {
    this.#connection = connection;
    this.#userAgent = userAgent;
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
    for (let attempt = 0; ; attempt++) {
      const timeoutMs = Math.max(1, deadline - Date.now());
      const answer = await this.#sendOnce({ ...call, timeoutMs }).catch((error: unknown) => {
        if (attempt > 0 || call.method === "POST" || !isCut(error)) throw error;
      });
      // The connection went away in the middle of the answer: what may be sent twice is sent again.
      if (!answer) continue;
      if (answer.status === 401 && attempt === 0 && this.#connection.refused) {
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
    const { status, headers, stream } = await this.open(call);
    const leftMs = Math.max(1, (call.timeoutMs ?? defaultTimeoutMs) - (Date.now() - started));
    const timer = setTimeout(() => stream.destroy(timeoutError()), leftMs);
    try {
      return { status, headers, body: await textOf(stream) };
    } catch (error) {
      throw call.signal?.aborted ? call.signal.reason : new ConnectionError(this.server, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The answer as a stream, once its head is there; for watches and logs. */
  async open(call: Call): Promise<Opened> {
    call.signal?.throwIfAborted();
    const credentials = await this.#connection.credentials();
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#openOnce(call, credentials);
      } catch (error) {
        if (call.signal?.aborted) throw call.signal.reason;
        if (attempt > 0 || !mayRepeat(call, error)) throw new ConnectionError(this.server, error);
      }
    }
  }

  async #openOnce(call: Call, credentials: Credentials): Promise<Opened> {
    const server = new URL(this.#connection.server);
    const headers = this.#headersOf(call, credentials);
    const timeoutMs = call.timeoutMs ?? defaultTimeoutMs;
    const ways = this.#waysWith(credentials, server);
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
    const kept = { keepAlive: true, keepAliveMsecs: tcpKeepAliveMs, maxFreeSockets: 4, timeout: 60_000 };
    const agent = isPlain ? new HttpAgent(kept) : new HttpsAgent({ ...kept, ...tls });
    if (proxy) connectThroughProxy(agent, proxy, tls);
    const http2 = isPlain || proxy ? undefined : new Http2Sessions(server, tls, tcpKeepAliveMs);
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
    request.on("socket", (socket) => socket.setKeepAlive(true, tcpKeepAliveMs));
    request.on("response", (response) => {
      clearTimeout(timer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, stream: response });
    });
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(request.reusedSocket ? new StaleSocket("the connection was cut", { cause: error }) : error);
    });
    request.end(call.body);
  });
}

/** A kept connection failed: perhaps the server had closed it just when it was taken up again. */
class StaleSocket extends Error {
  readonly code = "ECONNRESET";
}

const mayRepeat = ({ method }: Call, error: unknown) =>
  error instanceof NotSent || (method !== "POST" && (error instanceof StaleSocket || codeOf(error) === "ECONNRESET"));

const isCut = (error: unknown) =>
  error instanceof ConnectionError && /^(ECONNRESET|ERR_STREAM_PREMATURE_CLOSE)$/.test(codeOf(error.cause) ?? "");

const codeOf = (error: unknown) => (error as { code?: string } | undefined)?.code;

async function textOf(stream: Opened["stream"]): Promise<string> {
  stream.setEncoding("utf8");
  const chunks: string[] = [];
  for await (const chunk of stream as AsyncIterable<string>) chunks.push(chunk);
  // An HTTP/2 stream that was reset ends like one that is complete.
  const { rstCode, aborted } = stream as { rstCode?: number; aborted?: boolean };
  if (rstCode || aborted) throw Object.assign(new Error("the connection was cut"), { code: "ECONNRESET" });
  return chunks.join("");
}

function retryAfterMs(answer: Answer): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const seconds = Number(answer.headers["retry-after"]);
  if (!Number.isFinite(seconds)) return undefined;
  return Math.max(100, seconds * 1000);
}
