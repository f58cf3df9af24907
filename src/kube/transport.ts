import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Connection, Credentials } from "./connection.ts";
import { ConnectionError } from "./connection-error.ts";
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
  headers: IncomingHttpHeaders;
  body: string;
}

const defaultTimeoutMs = 30_000;
/** A dead peer of an otherwise quiet watch is noticed by TCP keep-alive: this long, and ten probes a second apart. */
const tcpKeepAliveMs = 15_000;
const maxRetries = 4;

/** Sends HTTP requests to one API server over kept connections, with credentials that may change while it runs. */
export class Transport {
  #connection: Connection;
  #agent: HttpAgent | HttpsAgent | undefined;
  #agentFor: Credentials | undefined;
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
    this.#dropAgent();
  }

  close(): void {
    this.#dropAgent();
  }

  /** The whole answer. Waits and asks again where the server says that it is too busy. */
  async send(call: Call): Promise<Answer> {
    const deadline = Date.now() + (call.timeoutMs ?? defaultTimeoutMs);
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#sendOnce({ ...call, timeoutMs: Math.max(1, deadline - Date.now()) });
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
    const response = await this.open(call);
    const leftMs = Math.max(1, (call.timeoutMs ?? defaultTimeoutMs) - (Date.now() - started));
    return new Promise((resolve, reject) => {
      const chunks: string[] = [];
      const timer = setTimeout(() => response.destroy(timeoutError()), leftMs);
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => chunks.push(chunk));
      response.on("end", () => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: chunks.join("") });
      });
      response.on("error", (error) => {
        clearTimeout(timer);
        reject(call.signal?.aborted ? call.signal.reason : new ConnectionError(this.server, error));
      });
    });
  }

  /** The answer as a stream, once its head is there; for watches and logs. */
  async open(call: Call): Promise<IncomingMessage> {
    call.signal?.throwIfAborted();
    const credentials = await this.#connection.credentials();
    try {
      return await this.#openOnce(call, credentials);
    } catch (error) {
      // The server had closed a kept connection just when we took it up again: nothing was processed.
      if (error instanceof StaleSocketError && call.method !== "POST") return this.#openOnce(call, credentials);
      throw error;
    }
  }

  #openOnce(call: Call, credentials: Credentials): Promise<IncomingMessage> {
    const server = new URL(this.#connection.server);
    const { actAs } = this.#connection;
    const headers: Record<string, string | string[]> = { "user-agent": this.#userAgent, accept: "application/json" };
    if (credentials.authorization) headers.authorization = credentials.authorization;
    if (actAs) Object.assign(headers, { "impersonate-user": actAs.user, "impersonate-group": actAs.groups });
    Object.assign(headers, call.headers);
    if (call.body !== undefined) headers["content-length"] = String(Buffer.byteLength(call.body));
    const send = server.protocol === "http:" ? httpRequest : httpsRequest;

    return new Promise((resolve, reject) => {
      const request = send({
        agent: this.#agentWith(credentials, server),
        method: call.method,
        host: server.hostname.replace(/^\[|\]$/g, ""),
        port: server.port || (server.protocol === "http:" ? 80 : 443),
        path: server.pathname.replace(/\/$/, "") + call.path,
        headers,
        signal: call.signal,
      });
      const timer = setTimeout(() => request.destroy(timeoutError()), call.timeoutMs ?? defaultTimeoutMs);
      request.on("socket", (socket) => socket.setKeepAlive(true, tcpKeepAliveMs));
      request.on("response", (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        if (call.signal?.aborted) return reject(call.signal.reason);
        const stale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        reject(stale ? new StaleSocketError(this.server, error) : new ConnectionError(this.server, error));
      });
      request.end(call.body);
    });
  }

  #agentWith(credentials: Credentials, server: URL): HttpAgent | HttpsAgent {
    const known = this.#agentFor;
    if (this.#agent && known?.certificate === credentials.certificate && known?.key === credentials.key) {
      return this.#agent;
    }
    this.#dropAgent();
    const { ca, serverName, insecure, proxy } = this.#connection;
    const kept = { keepAlive: true, keepAliveMsecs: tcpKeepAliveMs, maxFreeSockets: 4, timeout: 60_000 };
    const tls = {
      ca,
      cert: credentials.certificate,
      key: credentials.key,
      servername: serverName,
      rejectUnauthorized: !insecure,
    };
    const agent = server.protocol === "http:" ? new HttpAgent(kept) : new HttpsAgent({ ...kept, ...tls });
    if (proxy) connectThroughProxy(agent, proxy, tls);
    this.#agent = agent;
    this.#agentFor = credentials;
    return agent;
  }

  #dropAgent(): void {
    // Only the idle connections: an agent's sockets in use (watches among them) end with their requests.
    const agent = this.#agent;
    this.#agent = undefined;
    this.#agentFor = undefined;
    if (!agent) return;
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
    agent.maxFreeSockets = 0;
  }
}

class StaleSocketError extends ConnectionError {}

function timeoutError(): Error {
  return Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" });
}

function retryAfterMs(answer: Answer): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const seconds = Number(answer.headers["retry-after"]);
  if (!Number.isFinite(seconds)) return undefined;
  return Math.max(100, seconds * 1000);
}
