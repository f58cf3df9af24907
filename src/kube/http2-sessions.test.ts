import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeAll, expect, test } from "vitest";
import { createAuthority, issue } from "../pki/certificate.ts";
import { type Frame, frames, http2Peer, type Peer } from "../testing/http2-peer.ts";
import type { ConnectionCut } from "./connection-cut.ts";
import { ConnectionError } from "./connection-error.ts";
import { Http2Sessions } from "./http2-sessions.ts";
import { Transport } from "./transport.ts";

let ca: string;
let serving: { cert: string; key: string };
const started: { close: () => void }[] = [];

beforeAll(() => {
  const now = new Date();
  const authority = createAuthority("test", now);
  const server = issue({ commonName: "server", usages: ["server"], addresses: ["127.0.0.1"] } as never, authority, now);
  ca = authority.certificate;
  serving = { cert: server.certificate, key: server.key };
});
afterEach(() => {
  for (const one of started.splice(0)) one.close();
});

/** A transport to a peer that acknowledges SETTINGS, and does what the test says with every other frame. */
async function transportTo(onFrame: (frame: Frame, peer: Peer) => void) {
  const peer = await http2Peer(serving, (frame, from) => {
    if (frame.type !== frames.settings) return onFrame(frame, from);
    from.settings();
    from.acknowledge();
  });
  return transport(peer);
}

function transport(peer: { url: string; close: () => void }): Transport {
  const made = new Transport({ server: peer.url, ca, credentials: () => ({}) }, { userAgent: "test" });
  started.push(peer, made);
  return made;
}

/** Answers like a server should. */
function answer({ stream }: Frame, peer: Peer) {
  peer.head(stream);
  peer.data(stream, `connection ${peer.count}`, true);
}

const get = { method: "GET", path: "/" };
const post = { method: "POST", path: "/", body: "{}" };
const isHead = ({ type }: Frame) => type === frames.headers;

test("a connection that goes before it acknowledged our SETTINGS costs no request, not even one that makes something", async () => {
  // What Go's server does where it was too busy for 2 s: it may have begun to answer by then.
  const asked: number[] = [];
  const peer = await http2Peer(serving, (frame, from) => {
    if (isHead(frame)) asked.push(from.count);
    if (frame.type === frames.settings) {
      from.settings();
      if (from.count > 1) from.acknowledge();
      else setTimeout(from.cut, 50);
    }
    if (isHead(frame) && from.count > 1) answer(frame, from);
  });
  expect(await transport(peer).send(post)).toMatchObject({ status: 200, body: "connection 2" });
  expect(asked).toEqual([2]);
});

test("a connection whose SETTINGS were acknowledged late is not used while there is a better one", async () => {
  const peer = await http2Peer(serving, (frame, from) => {
    if (isHead(frame)) return answer(frame, from);
    if (frame.type !== frames.settings) return;
    from.settings();
    setTimeout(from.acknowledge, from.count > 1 ? 0 : 1_600);
  });
  expect(await transport(peer).send(post)).toMatchObject({ body: "connection 2" });
});

const resets: [string, (frame: Frame, peer: Peer) => void, RegExp][] = [
  ["a stream reset with an error", ({ stream }, peer) => peer.reset(stream, 2), /RST_STREAM with INTERNAL_ERROR/],
  ["a goodbye with an error", ({ stream }, peer) => peer.goaway(stream, 11), /GOAWAY with ENHANCE_YOUR_CALM/],
  ["an end without a word", (_, peer) => peer.cut(), /closed without a word/],
  ["half an answer and a reset that names no error", ({ stream }, peer) => peer.reset(stream, 0), /NO_ERROR/],
];
for (const [name, cut, said] of resets) {
  test(`after ${name} in the middle of an answer, what may be sent twice is sent again, and the rest says why`, async () => {
    let requests = 0;
    const sender = await transportTo((frame, peer) => {
      if (!isHead(frame)) return;
      if (++requests === 2) return answer(frame, peer);
      peer.head(frame.stream);
      peer.data(frame.stream, '{"half":');
      setTimeout(() => cut(frame, peer), 20);
    });
    expect((await sender.send(get)).body).toMatch(/^connection/);
    expect(requests).toBe(2);
    const error = await sender.send(post).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as Error).message).toMatch(said);
    const { facts } = (error as Error).cause as ConnectionCut;
    expect(facts.settled).toBe(true);
    expect(facts.ageMs).toBeGreaterThan(0);
    expect(requests).toBe(3);
  });
}

test("what a server that says goodbye has not heard is sent again, whatever it is", async () => {
  let requests = 0;
  const sender = await transportTo((frame, peer) => {
    if (!isHead(frame)) return;
    if (++requests > 1) return answer(frame, peer);
    peer.goaway(0, 2);
  });
  expect((await sender.send(post)).body).toBe("connection 2");
});

test("a connection takes no more streams than the server allows", async () => {
  const peer = await http2Peer(serving, (frame, from) => {
    if (frame.type === frames.settings) {
      from.settings(2);
      from.acknowledge();
    } else if (isHead(frame) && from.count === 1) from.head(frame.stream);
    else if (isHead(frame)) answer(frame, from);
  });
  const sender = transport(peer);
  // As watches do, these stay open.
  await Promise.all([sender.open(get), sender.open(get)]);
  expect((await sender.send(get)).body).toBe("connection 2");
});

test("a peer that is silent for long is asked whether it is there, and given up where it is not", async () => {
  let pings = 0;
  const peer = await http2Peer(serving, (frame, from) => {
    if (frame.type === frames.settings) {
      from.settings();
      from.acknowledge();
    } else if (frame.type === frames.ping) pings++;
    else if (isHead(frame)) from.head(frame.stream);
  });
  const sessions = new Http2Sessions(
    new URL(peer.url),
    { ca },
    { tcpKeepAliveMs: 1000, pingAfterMs: 60, pingWithinMs: 60 },
  );
  started.push(peer, sessions);
  const watch = await sessions.open(get, {}, 1000);
  const ended = new Promise((resolve) => watch?.stream.once("close", resolve).once("error", () => {}));
  await ended;
  expect(pings).toBeGreaterThan(0);
  expect(watch?.flaw()).toBeInstanceOf(Error);
});

test("a request that may not be sent any more is not sent, and says why", async () => {
  const asked: string[] = [];
  const sender = await transportTo((frame, peer) => {
    if (!isHead(frame)) return;
    asked.push("heard");
    peer.cut();
  });
  const refusal = new Error("not any more");
  let mayBeSent = true;
  const admit = () => {
    if (!mayBeSent) return refusal;
    mayBeSent = false;
  };
  // It may be sent once; its repetition is what may not.
  await expect(sender.send({ ...get, admit })).rejects.toBe(refusal);
  await expect(sender.send({ ...post, admit })).rejects.toBe(refusal);
  expect(asked).toEqual(["heard"]);
});

test("a request whose signal aborts while it waits for a connection is given up at once", async () => {
  // As behind a load balancer whose servers are gone: TCP is answered, TLS is not.
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const sender = transport({ url, close: () => silent.close() });
  const stop = new AbortController();
  const sent = sender.send({ ...get, signal: stop.signal });
  setTimeout(() => stop.abort(new Error("enough")), 30);
  await expect(sent).rejects.toThrow("enough");
}, 5_000);
