import { createServer as createPlainServer } from "node:http";
import { createSecureServer, type Http2SecureServer } from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { afterEach, beforeAll, expect, test } from "vitest";
import { createAuthority, issue } from "../pki/certificate.ts";
import type { Connection, Credentials } from "./connection.ts";
import { ConnectionError } from "./connection-error.ts";
import type { RequestName } from "./request-name.ts";
import { Transport } from "./transport.ts";

let ca: string;
let serving: { cert: string; key: string };
let clientOf: (name: string) => Credentials;
const started: { close: () => void }[] = [];
const counted: string[] = [];

beforeAll(() => {
  const now = new Date();
  const authority = createAuthority("test", now);
  const server = issue({ commonName: "server", usages: ["server"], addresses: ["127.0.0.1"] } as never, authority, now);
  ca = authority.certificate;
  serving = { cert: server.certificate, key: server.key };
  clientOf = (name) => {
    const { certificate, key } = issue({ commonName: name, usages: ["client"] } as never, authority, now);
    return { certificate, key };
  };
});
afterEach(() => {
  for (const one of started.splice(0)) one.close();
  counted.length = 0;
});

async function listen(server: Server | Http2SecureServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function transportTo(server: string, more: Partial<Connection> = {}): Transport {
  const onRequest = ({ verb, resource }: RequestName) => counted.push(`${verb} ${resource}`);
  const transport = new Transport({ server, ca, credentials: () => ({}), ...more }, { userAgent: "test", onRequest });
  started.push(transport);
  return transport;
}

/** A server over HTTP/2 that counts its connections and answers with what it was asked. */
async function http2Server(answer?: (count: number) => { status: number; headers?: Record<string, string> }) {
  const counts = { connections: 0, requests: 0 };
  const sockets = new Set<{ destroy: () => void }>();
  const server = createSecureServer({ ...serving, ca, requestCert: true, rejectUnauthorized: false, allowHTTP1: true });
  server.on("secureConnection", (socket) => {
    counts.connections++;
    sockets.add(socket);
  });
  server.on("request", (request, response) => {
    const { status, headers } = answer?.(++counts.requests) ?? { status: 200 };
    const subject = (
      request.socket as unknown as { getPeerCertificate(): { subject?: { CN?: string } } }
    ).getPeerCertificate?.()?.subject?.CN;
    const said = { version: request.httpVersion, method: request.method, path: request.url, subject };
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      response.writeHead(status, headers);
      response.end(JSON.stringify({ ...said, body, headers: request.headers }));
    });
  });
  started.push({ close: () => server.close() });
  const address = await listen(server);
  return { url: `https://${address}`, counts, cut: () => [...sockets].map((socket) => socket.destroy()) };
}

test("requests side by side share one connection", async () => {
  const { url, counts } = await http2Server();
  const transport = transportTo(`${url}/prefix/`);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => transport.send({ method: "PUT", path: `/x?n=${index}`, body: "ä" })),
  );
  expect(counts.connections).toBe(1);
  const said = JSON.parse(answers[7]?.body ?? "");
  expect(said).toMatchObject({ version: "2.0", method: "PUT", path: "/prefix/x?n=7", body: "ä" });
  expect(said.headers).toMatchObject({ "user-agent": "test", "content-length": "2" });
});

test("more requests than a connection takes get another one", async () => {
  const { url, counts } = await http2Server();
  const transport = transportTo(url);
  await Promise.all(Array.from({ length: 200 }, () => transport.send({ method: "GET", path: "/" })));
  expect(counts.connections).toBeGreaterThan(1);
  expect(counts.connections).toBeLessThan(5);
});

test("a server that speaks HTTP/1.1 only is spoken to so", async () => {
  const server = createHttpsServer(serving, (request, response) => response.end(request.httpVersion));
  started.push(server);
  const transport = transportTo(`https://${await listen(server)}`);
  expect((await transport.send({ method: "GET", path: "/" })).body).toBe("1.1");
  expect((await transport.send({ method: "GET", path: "/" })).body).toBe("1.1");
});

test("a connection that was cut while idle is made anew", async () => {
  const { url, counts, cut } = await http2Server();
  const transport = transportTo(url);
  await transport.send({ method: "GET", path: "/" });
  cut();
  expect((await transport.send({ method: "GET", path: "/" })).status).toBe(200);
  expect(counts.connections).toBe(2);
});

test("new credentials make a new connection", async () => {
  const { url } = await http2Server();
  let credentials = clientOf("old");
  const transport = transportTo(url, { credentials: () => credentials });
  const subject = async () => JSON.parse((await transport.send({ method: "GET", path: "/" })).body).subject;
  expect(await subject()).toBe("old");
  credentials = clientOf("new");
  expect(await subject()).toBe("new");
});

test("a busy server is asked again after the time that it names, and each time counts", async () => {
  const { url, counts } = await http2Server((count) =>
    count < 3 ? { status: 429, headers: { "retry-after": "0" } } : { status: 200 },
  );
  const answer = await transportTo(url).send({ method: "GET", path: "/" });
  expect(answer.status).toBe(200);
  expect(counts.requests).toBe(3);
  expect(counted).toEqual(["get /", "get /", "get /"]);
});

test("refused credentials are renewed once", async () => {
  const { url, counts } = await http2Server((count) => ({ status: count === 1 ? 401 : 200 }));
  let refused = 0;
  const transport = transportTo(url, { refused: () => refused++ });
  expect((await transport.send({ method: "GET", path: "/" })).status).toBe(200);
  expect([refused, counts.requests]).toEqual([1, 2]);
});

test("a server that takes the connection and says nothing is given up after the time", async () => {
  const silent = createTcpServer(() => {});
  started.push(silent);
  const transport = transportTo(`http://${await listen(silent)}`);
  const error = await transport.send({ method: "GET", path: "/", timeoutMs: 100 }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toMatch(/^The API server http:\/\/127.0.0.1:\d+ does not answer: no answer in time$/);
});

test("an answer that stops in the middle is given up, and is no complete answer", async () => {
  const server = createSecureServer({ ...serving });
  server.on("stream", (stream, headers) => {
    stream.respond({ ":status": 200 });
    stream.write("half");
    stream.on("error", () => {});
    if (headers[":path"] === "/cut") setTimeout(() => stream.session?.socket.destroy(), 20);
  });
  started.push({ close: () => server.close() });
  const transport = transportTo(`https://${await listen(server)}`);
  await expect(transport.send({ method: "GET", path: "/hang", timeoutMs: 200 })).rejects.toThrow("no answer in time");
  await expect(transport.send({ method: "GET", path: "/cut", timeoutMs: 2000 })).rejects.toThrow(ConnectionError);
});

test("a request whose answer was cut off is sent once more, but none that makes something", async () => {
  const asked: string[] = [];
  const server = createSecureServer({ ...serving });
  server.on("stream", (stream, headers) => {
    const method = String(headers[":method"]);
    asked.push(method);
    stream.on("error", () => {});
    stream.respond({ ":status": 200 });
    if (asked.filter((each) => each === method).length > 1) return void stream.end("whole");
    stream.write("half");
    setTimeout(() => stream.session?.socket.destroy(), 20);
  });
  started.push({ close: () => server.close() });
  const transport = transportTo(`https://${await listen(server)}`);
  expect(await transport.send({ method: "PATCH", path: "/", body: "{}" })).toMatchObject({ body: "whole" });
  await expect(transport.send({ method: "POST", path: "/", body: "{}" })).rejects.toThrow("the connection was cut");
  expect(asked).toEqual(["PATCH", "PATCH", "POST"]);
});

test("a request whose signal aborts rejects with the signal's reason", async () => {
  const server = createSecureServer({ ...serving });
  server.on("stream", () => {});
  started.push({ close: () => server.close() });
  const transport = transportTo(`https://${await listen(server)}`);
  const stop = new AbortController();
  const sent = transport.send({ method: "GET", path: "/", signal: stop.signal });
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await expect(sent).rejects.toThrow("enough");
  await expect(transport.send({ method: "GET", path: "/", signal: stop.signal })).rejects.toThrow("enough");
});

test("an answer that is longer than it may be is an error, and not read to its end", async () => {
  let written = 0;
  const endless = (response: { destroyed: boolean; write: (text: string) => boolean; on: unknown }) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(1 << 14))) written += 1 << 14;
    };
    (response.on as (event: string, listener: () => void) => void).call(response, "drain", more);
    more();
  };
  const http2 = createSecureServer({ ...serving, allowHTTP1: true }, (_, response) =>
    endless(response.stream ?? response),
  );
  const http1 = createHttpsServer(serving, (_, response) => endless(response));
  for (const server of [http2, http1]) {
    started.push({ close: () => server.close() });
    written = 0;
    const transport = transportTo(`https://${await listen(server)}`);
    const call = { method: "GET", path: "/", maxBytes: 1000, timeoutMs: 10_000 };
    await expect(transport.send(call)).rejects.toThrow("the answer is longer than 1000 bytes");
    expect(written).toBeLessThan(16 << 20);
    transport.close();
  }
});

test("why a server cannot be reached is said in words", async () => {
  const closed = createTcpServer();
  const address = await listen(closed);
  closed.close();
  await expect(transportTo(`https://${address}`).send({ method: "GET", path: "/" })).rejects.toThrow(
    `The API server https://${address} does not answer: connection refused`,
  );
  const { url } = await http2Server();
  await expect(transportTo(url, { ca: undefined }).send({ method: "GET", path: "/" })).rejects.toThrow(
    `The API server ${url} does not answer: its certificate is signed by no authority that is trusted here`,
  );
});

test("a proxy is asked to connect", async () => {
  const { url } = await http2Server();
  const asked: string[] = [];
  const proxy = createPlainServer();
  proxy.on("connect", async (request, socket) => {
    asked.push(request.url ?? "");
    const { connect } = await import("node:net");
    const [host, port] = (request.url ?? "").split(":");
    const through = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on("error", () => {});
  });
  started.push({ close: () => proxy.close() });
  const transport = transportTo(url, { proxy: `http://${await listen(proxy)}` });
  const answer = await transport.send({ method: "GET", path: "/through" });
  expect(JSON.parse(answer.body)).toMatchObject({ path: "/through", version: "1.1" });
  expect(asked).toEqual([url.replace("https://", "")]);
});
