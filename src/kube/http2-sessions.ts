import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { isIP } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { ConnectionCut } from "./connection-cut.ts";
import type { Call, Opened } from "./transport.ts";

/** Thrown where nothing of the request can have been processed: it can be sent again, whatever it was. */
export class NotSent extends Error {}

export interface SessionTimes {
  /** A dead peer of an otherwise quiet connection is noticed by TCP: after this long, and ten probes a second apart. */
  tcpKeepAliveMs: number;
  /** A peer behind something that answers TCP in its place is asked after this long without a word from it. */
  pingAfterMs: number;
  pingWithinMs: number;
}

interface Session {
  http2: ClientHttp2Session;
  socket: TLSSocket;
  openedAt: number;
  /** Our SETTINGS were acknowledged. */
  settled: boolean;
  streams: number;
  /** How many streams the peer takes. */
  mostStreams: number;
  goaway?: { code: number; lastStreamId: number };
  socketError?: string;
  listening?: NodeJS.Timeout;
}

const connectWithinMs = 10_000;
/**
 * Go's server gives up a connection whose first SETTINGS it has not handled within 2 s, and where it was too busy it may
 * do so, without GOAWAY, just after it acknowledged them (firstSettingsTimeout in golang.org/x/net/http2/server.go; seen
 * with a kube-apiserver that was stopped for longer). A connection that was acknowledged sooner is safe from that.
 */
const settledWithinMs = 1_500;
const connectAttempts = 3;
/** More than that on one connection would wait for each other. A kube-apiserver takes 100, others say what they take. */
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
  readonly #times: SessionTimes;
  #sessions: Session[] = [];
  #connecting: Promise<Session | undefined> | undefined;

  constructor(server: URL, tls: ConnectionOptions, times: SessionTimes) {
    this.#server = server;
    this.#tls = tls;
    this.#times = times;
  }

  /** Sends the request. Gives nothing where the server does not speak HTTP/2. */
  async open(call: Call, headers: Record<string, string | string[]>, timeoutMs: number): Promise<Opened | undefined> {
    const session = await this.#session(call.signal);
    return session && this.#request(session, call, headers, timeoutMs);
  }

  /** Takes no more requests; ends each connection with its last one. */
  close(): void {
    for (const { http2 } of this.#sessions) http2.close();
    this.#sessions = [];
  }

  /** A connection with a stream left, which is taken for the caller. */
  async #session(signal: AbortSignal | undefined): Promise<Session | undefined> {
    for (let attempt = 0; attempt < 5; attempt++) {
      this.#sessions = this.#sessions.filter(({ http2 }) => !http2.closed && !http2.destroyed);
      const present = this.#sessions.find(({ streams, mostStreams }) => streams < mostStreams);
      if (present) {
        this.#take(present);
        return present;
      }
      this.#connecting ??= this.#connect().finally(() => {
        this.#connecting = undefined;
      });
      if (!(await orAborted(this.#connecting, signal))) return undefined;
    }
    throw new NotSent("the connection was closed again and again");
  }

  /** A connection that is safe to use. */
  async #connect(): Promise<Session | undefined> {
    for (let attempt = 1; ; attempt++) {
      const startedAt = performance.now();
      const socket = await this.#connectTls();
      if (socket.alpnProtocol !== "h2") {
        socket.destroy();
        return undefined;
      }
      socket.setKeepAlive(true, this.#times.tcpKeepAliveMs);
      const session = this.#sessionOn(socket);
      await settled(session);
      const isSafe = performance.now() - startedAt < settledWithinMs;
      if (isSafe || attempt === connectAttempts) {
        this.#sessions.push(session);
        return session;
      }
      session.http2.close();
    }
  }

  #sessionOn(socket: TLSSocket): Session {
    const settings = { enablePush: false, initialWindowSize: windowBytes };
    const http2 = connect(this.#server.origin, { createConnection: () => socket, settings });
    const session: Session = { http2, socket, openedAt: performance.now(), settled: false, streams: 0, mostStreams };
    http2.setLocalWindowSize(windowBytes);
    http2.on("remoteSettings", ({ maxConcurrentStreams = mostStreams }) => {
      session.mostStreams = Math.min(mostStreams, maxConcurrentStreams);
    });
    http2.on("goaway", (code, lastStreamId) => {
      session.goaway = { code, lastStreamId };
    });
    // Its streams are told, and through them those who wait.
    http2.on("error", (error: NodeJS.ErrnoException) => {
      session.socketError ??= error.syscall && error.code;
    });
    http2.unref();
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
      const failed = (error: Error) => {
        clearTimeout(timer);
        reject(error);
      };
      socket.once("secureConnect", () => {
        clearTimeout(timer);
        socket.removeListener("error", failed);
        resolve(socket);
      });
      socket.once("error", failed);
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
        const refusal = call.admit?.();
        if (refusal) throw refusal;
        const endStream = call.body === undefined;
        stream = session.http2.request({ ":method": call.method, ":path": path, ...headers }, { endStream });
      } catch (error) {
        // The session is ending and takes no more streams, or the request is not to be sent any more.
        this.#giveBack(session);
        return reject(new NotSent("the connection was closed", { cause: error }));
      }
      const flaw = flawOf(stream, session);
      const abort = () => stream.close(constants.NGHTTP2_CANCEL);
      signal?.addEventListener("abort", abort, { once: true });
      const timer = setTimeout(() => {
        stream.destroy(timeoutError());
        this.#check(session);
      }, timeoutMs);
      stream.on("response", (answer) => {
        clearTimeout(timer);
        resolve({ status: Number(answer[":status"]), headers: answer, stream, flaw });
      });
      stream.on("error", (error) => reject(flaw(error)));
      stream.on("close", () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
        this.#giveBack(session);
        // Without an answer: the connection went away.
        reject(flaw());
      });
      if (call.body !== undefined) stream.end(call.body);
    });
  }

  #take(session: Session): void {
    if (session.streams++ > 0) return;
    session.http2.ref();
    this.#listen(session);
  }

  #giveBack(session: Session): void {
    session.streams--;
    if (session.streams > 0) return;
    clearInterval(session.listening);
    if (!session.http2.destroyed) session.http2.unref();
  }

  /** Asks a peer that has been silent for long whether it is still there: a watch would wait for it for ever. */
  #listen(session: Session): void {
    const { pingAfterMs } = this.#times;
    let heard = session.socket.bytesRead;
    let heardAt = performance.now();
    session.listening = setInterval(() => {
      const { bytesRead } = session.socket;
      if (bytesRead !== heard) {
        heard = bytesRead;
        heardAt = performance.now();
      } else if (performance.now() - heardAt >= pingAfterMs) this.#ping(session, () => {});
    }, pingAfterMs / 2);
    session.listening.unref();
  }

  /** A request was not answered in time: where the whole connection is dead, all that wait on it are to know. */
  #check(session: Session): void {
    this.#sessions = this.#sessions.filter((one) => one !== session);
    this.#ping(session, () => session.http2.close());
  }

  #ping({ http2 }: Session, answered: () => void): void {
    if (http2.destroyed) return;
    const timer = setTimeout(() => http2.destroy(timeoutError()), this.#times.pingWithinMs);
    http2.ping((error) => {
      clearTimeout(timer);
      if (!error) answered();
    });
  }
}

/** Resolves when the peer has acknowledged our SETTINGS: before that, what is sent may be lost without a word. */
function settled(session: Session): Promise<void> {
  const { http2 } = session;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => http2.destroy(timeoutError()), connectWithinMs);
    http2.once("localSettings", () => {
      clearTimeout(timer);
      session.settled = true;
      resolve();
    });
    http2.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ETIMEDOUT") reject(error);
    });
    http2.once("close", () => {
      clearTimeout(timer);
      reject(new NotSent("the connection was closed at once", { cause: cutOf(session) }));
    });
  });
}

/** Tells what is wrong with an answer that ended, with that error or without one; nothing where it is complete. */
function flawOf(stream: ClientHttp2Stream, session: Session): Opened["flaw"] {
  let isComplete = false;
  const push = stream.push.bind(stream);
  // A stream that was reset without an error code ends like one that is complete, only after it was closed.
  stream.push = (chunk, encoding) => {
    if (chunk === null && !stream.closed) isComplete = true;
    return push(chunk, encoding);
  };
  return (error) => {
    if (isComplete && !error) return undefined;
    if (error && (error as NodeJS.ErrnoException).code === "ETIMEDOUT") return error;
    const cut = cutOf(session, stream, error);
    const { goaway } = session;
    const isUnheard = goaway !== undefined && stream.id !== undefined && stream.id > goaway.lastStreamId;
    if (stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM && !isUnheard) return cut;
    return new NotSent("the connection was closed", { cause: cut });
  };
}

function cutOf(session: Session, stream?: ClientHttp2Stream, error?: Error): ConnectionCut {
  const { goaway, socketError, openedAt, settled } = session;
  // Where the whole connection goes, Node resets each stream itself.
  const isWhole = goaway?.code || socketError || session.http2.destroyed;
  const { syscall, code } = (error ?? {}) as NodeJS.ErrnoException;
  return new ConnectionCut({
    rstCode: isWhole ? undefined : stream?.rstCode,
    goawayCode: goaway?.code,
    socketError: socketError ?? (syscall && code),
    ageMs: performance.now() - openedAt,
    settled,
  });
}

/** The promise, or a rejection with the signal's reason where that aborts sooner. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

export function timeoutError(): Error {
  return Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" });
}
