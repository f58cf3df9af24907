import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { isIP } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import type { Call, Opened } from "./transport.ts";

/** Thrown where nothing of the request can have been processed: it can be sent again, whatever it was. */
export class NotSent extends Error {}

interface Session {
  http2: ClientHttp2Session;
  streams: number;
}

const connectWithinMs = 10_000;
const pingWithinMs = 5_000;
/** A kube-apiserver takes 100 streams on a connection; more than that would wait for each other. */
const mostStreams = 90;
/** Data under way for one stream, and for all of a connection: larger than HTTP/2's 64 KiB, for the sake of lists. */
const windowBytes = 1024 * 1024;

/**
 * HTTP/2 connections to one server. All requests and watches share one, as long as that takes them: a watch on a
 * connection of its own costs 150 KB of memory and a TLS handshake.
 */
export class Http2Sessions {
  readonly #server: URL;
  readonly #tls: ConnectionOptions;
  readonly #keepAliveMs: number;
  #sessions: Session[] = [];
  #connecting: Promise<Session | undefined> | undefined;

  constructor(server: URL, tls: ConnectionOptions, keepAliveMs: number) {
    this.#server = server;
    this.#tls = tls;
    this.#keepAliveMs = keepAliveMs;
  }

  /** Sends the request. Gives nothing where the server does not speak HTTP/2. */
  async open(call: Call, headers: Record<string, string | string[]>, timeoutMs: number): Promise<Opened | undefined> {
    const session = await this.#session();
    return session && this.#request(session, call, headers, timeoutMs);
  }

  /** Takes no more requests; ends each connection with its last one. */
  close(): void {
    for (const { http2 } of this.#sessions) http2.close();
    this.#sessions = [];
  }

  /** A connection with a stream left, which is taken for the caller. */
  async #session(): Promise<Session | undefined> {
    for (let attempt = 0; attempt < 5; attempt++) {
      this.#sessions = this.#sessions.filter(({ http2 }) => !http2.closed && !http2.destroyed);
      const present = this.#sessions.find(({ streams }) => streams < mostStreams);
      if (present) {
        if (present.streams++ === 0) present.http2.ref();
        return present;
      }
      this.#connecting ??= this.#connect().finally(() => {
        this.#connecting = undefined;
      });
      if (!(await this.#connecting)) return undefined;
    }
    throw new NotSent("the connection was closed again and again");
  }

  async #connect(): Promise<Session | undefined> {
    const socket = await this.#connectTls();
    if (socket.alpnProtocol !== "h2") {
      socket.destroy();
      return undefined;
    }
    socket.setKeepAlive(true, this.#keepAliveMs);
    const settings = { enablePush: false, initialWindowSize: windowBytes };
    const http2 = connect(this.#server.origin, { createConnection: () => socket, settings });
    http2.setLocalWindowSize(windowBytes);
    // Its streams are told, and through them those who wait.
    http2.on("error", () => {});
    http2.unref();
    const session = { http2, streams: 0 };
    this.#sessions.push(session);
    return session;
  }

  #connectTls(): Promise<TLSSocket> {
    const { hostname, port } = this.#server;
    const host = hostname.replace(/^\[|\]$/g, "");
    const servername = this.#tls.servername ?? (isIP(host) ? "" : host);
    const ALPNProtocols = ["h2", "http/1.1"];
    return new Promise((resolve, reject) => {
      const socket = connectTls({ ...this.#tls, host, port: Number(port || 443), servername, ALPNProtocols });
      const timer = setTimeout(() => socket.destroy(timeoutError()), connectWithinMs);
      socket.once("secureConnect", () => {
        clearTimeout(timer);
        socket.removeListener("error", reject);
        resolve(socket);
      });
      socket.once("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
    });
  }

  #request(
    session: Session,
    call: Call,
    headers: Record<string, string | string[]>,
    timeoutMs: number,
  ): Promise<Opened> {
    const { signal } = call;
    const path = this.#server.pathname.replace(/\/$/, "") + call.path;
    return new Promise((resolve, reject) => {
      let stream: ClientHttp2Stream;
      try {
        signal?.throwIfAborted();
        const endStream = call.body === undefined;
        stream = session.http2.request({ ":method": call.method, ":path": path, ...headers }, { endStream });
      } catch (error) {
        // The session is ending and takes no more streams, or nobody waits for the answer any more.
        this.#giveBack(session);
        return reject(new NotSent("the connection was closed", { cause: error }));
      }
      const abort = () => stream.close(constants.NGHTTP2_CANCEL);
      signal?.addEventListener("abort", abort, { once: true });
      const timer = setTimeout(() => {
        stream.destroy(timeoutError());
        this.#check(session);
      }, timeoutMs);
      stream.on("response", (answer) => {
        clearTimeout(timer);
        resolve({ status: Number(answer[":status"]), headers: answer, stream });
      });
      stream.on("error", (error: NodeJS.ErrnoException) => {
        const isRefused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
        reject(isRefused ? new NotSent("the connection was closed", { cause: error }) : error);
      });
      stream.on("close", () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#giveBack(session);
        // Without an error and without an answer: the connection went away.
        reject(Object.assign(new Error("the connection was cut"), { code: "ECONNRESET" }));
      });
      if (call.body !== undefined) stream.end(call.body);
    });
  }

  #giveBack(session: Session): void {
    session.streams--;
    if (session.streams === 0 && !session.http2.destroyed) session.http2.unref();
  }

  /** A request was not answered in time: where the whole connection is dead, all that wait on it are to know. */
  #check(session: Session): void {
    this.#sessions = this.#sessions.filter((one) => one !== session);
    const { http2 } = session;
    if (http2.destroyed) return;
    const timer = setTimeout(() => http2.destroy(timeoutError()), pingWithinMs);
    http2.ping(() => {
      clearTimeout(timer);
      http2.close();
    });
  }
}

export function timeoutError(): Error {
  return Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" });
}
