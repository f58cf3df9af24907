import { connect as connectTcp } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noLog } from "../kube/log.ts";
import { createAuthority, issue } from "../pki/certificate.ts";
import { HttpError, type HttpsServer, startHttpsServer } from "./https-server.ts";

const authority = createAuthority("test", new Date());
const stop = new AbortController();
let server: HttpsServer;

beforeAll(async () => {
  server = await startHttpsServer({
    serve: async ({ path, body, recognized }) => {
      if (path === "/stranger") throw new HttpError(401, "Who are you?");
      recognized();
      return { status: 200, body: path === "/body" ? await body(16) : path };
    },
    port: 0,
    host: "127.0.0.1",
    certificate: issue({ commonName: "s", dnsNames: ["localhost"], usages: ["server"] }, authority, new Date()),
    log: noLog,
    signal: stop.signal,
  });
});
afterAll(() => stop.abort());

function open(): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port: server.port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: authority.certificate,
    });
    socket.once("secureConnect", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** What the server answers to exactly this text, up to the end of the connection or of the answer. */
async function raw(text: string): Promise<string> {
  const socket = await open();
  return new Promise((resolve) => {
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    socket.write(text);
  });
}

const get = (target: string) => raw(`GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);

test.each(["//", "///", "//[", "http://[", "*", "%"])(
  "the target %j is refused, and the server lives",
  async (target) => {
    expect(statusOf(await get(target))).toBe(400);
    expect(statusOf(await get("/here"))).toBe(200);
  },
);

test("a body is read up to what the answer allows", async () => {
  const post = (body: string) =>
    raw(`POST /body HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  expect(await post("small")).toMatch(/^HTTP\/1\.1 200[\s\S]*\r\n\r\nsmall$/);
  expect(statusOf(await post("x".repeat(17)))).toBe(413);
});

test("a sender whose body is far too large sends it in peace, and then reads its answer", async () => {
  const socket = await open();
  const size = 2 << 20;
  socket.write(`POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: ${size}\r\n\r\n`);
  for (let sent = 0; sent < size; sent += 1 << 16) {
    await new Promise<void>((resolve, reject) => {
      socket.write("x".repeat(1 << 16), (error) => (error ? reject(error) : resolve()));
    });
  }
  let answer = "";
  for await (const chunk of socket) answer += chunk;
  expect(statusOf(answer)).toBe(413);
});

test("a sender that goes on and on after its answer is cut off", async () => {
  const socket = await open();
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  socket.resume();
  socket.write("POST /stranger HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  const more = () => socket.write(`10000\r\n${"x".repeat(1 << 16)}\r\n`, (error) => error || more());
  more();
  await closed;
});

test("a stranger is answered before the body is sent, and not listened to after", async () => {
  const answer = await raw("POST /stranger HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n");
  expect(statusOf(answer)).toBe(401);
});

test("the oldest of too many connections that say nothing is closed, and who asks is answered", async () => {
  const idle = await Promise.all(
    Array.from({ length: 400 }, async () => {
      const socket = connectTcp({ port: server.port, host: "127.0.0.1" });
      socket.on("error", () => {});
      await new Promise((resolve) => socket.once("connect", resolve));
      return socket;
    }),
  );
  const closed = idle[0];
  await new Promise<void>((resolve) => {
    if (closed?.closed) resolve();
    closed?.once("close", () => resolve());
    closed?.resume();
  });
  expect(statusOf(await get("/here"))).toBe(200);
  for (const socket of idle) socket.destroy();
});
