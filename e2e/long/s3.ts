import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../../src/cli/release/cache-folder.ts";
import { describeProgress, ensurePrograms } from "../../src/release/payload.ts";
import { gathered } from "../../src/testing/gathered.ts";
import { storeCases } from "../../src/testing/store-cases.ts";
import { type S3Server, s3Server } from "../s3-server.ts";
import { root } from "../shell.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

const mebibyte = 1024 * 1024;
const key = "clusters/demo/one/snapshot.db";

/** A bucket as a store, on versitygw, a real S3 server, which is compiled for this. */
const test: LongTest = {
  title: "a bucket of a real S3 server keeps backups whole, through wrong keys and deaths of the server",
  async run(context) {
    const cache = cacheFolder({ variables: process.env, home: homedir() });
    context.say("compiling versitygw where that was not done yet");
    const programs = await ensurePrograms({
      root,
      cache,
      module: "s3",
      signal: context.signal,
      onProgress: (progress) => progress.phase === "ready" && context.say(describeProgress(progress)),
    });
    const folder = await mkdtemp(join(tmpdir(), "roost-s3-"));
    const server = await s3Server(programs.path("versitygw"), folder);
    try {
      const rows: Observed[] = [];
      for (const [index, { name, run }] of storeCases.entries()) {
        rows.push(await observe(name, context, () => run(server.store(`case-${index}`), context.signal)));
      }
      for (const [fault, work] of Object.entries(faults)) {
        rows.push(await observe(fault, context, () => work(server, context)));
      }
      return rows;
    } finally {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
export default test;

/** Each rejects where it went otherwise. */
const faults: Record<string, (server: S3Server, context: LongTestContext) => Promise<void>> = {
  "a wrong secret key": (server, { signal }) =>
    isRefused(
      server,
      { credentials: { accessKeyId: "somebody", secretAccessKey: "wrong" } },
      "CredentialsRefused",
      signal,
    ),
  "an access key that nobody has": (server, { signal }) =>
    isRefused(
      server,
      { credentials: { accessKeyId: "nobody", secretAccessKey: "wrong" } },
      "CredentialsRefused",
      signal,
    ),
  "a bucket that is not there": (server, { signal }) =>
    isRefused(server, { bucket: "other" }, "BucketNotFound", signal),
  "an authority that is not trusted": (server, { signal }) =>
    isRefused(server, { ca: undefined }, "CertificateNotTrusted", signal),

  async "the server is killed in the middle of an upload, and comes back: the upload goes on"(server, { signal }) {
    const bytes = randomBytes(48 * mebibyte);
    const store = server.store("killed");
    let back: Promise<void> | undefined;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (let start = 0; start < bytes.length; start += mebibyte) {
        if (start === 20 * mebibyte) back = server.kill().then(server.start);
        yield bytes.subarray(start, start + mebibyte);
      }
    }
    await store.put(key, body(), { signal });
    await back;
    await mustBe(bytes, store, signal);
  },

  async "the writer dies in the middle of an upload: the next one sends what is missing, and no more"(
    server,
    { signal },
  ) {
    const bytes = randomBytes(48 * mebibyte);
    const stop = new AbortController();
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 33 * mebibyte);
      stop.abort();
      yield bytes.subarray(33 * mebibyte);
    }
    const first = await server
      .store("died")
      .put(key, cut(), { signal: stop.signal })
      .catch((error: Error) => error);
    if (!(first instanceof Error)) throw new Error("the upload that was to be cut off went through");
    const store = server.store("died");
    for await (const object of store.list("", { signal }))
      throw new Error(`half of ${object.key} passes for an object`);
    const before = server.partsSent();
    await store.put(key, chunks(bytes), { signal });
    const sent = server.partsSent() - before;
    // Four of the six were there, of which the last three may not have been acknowledged.
    if (sent < 2 || sent > 5) throw new Error(`${sent} of 6 parts were sent again`);
    await mustBe(bytes, store, signal);
  },

  async "a deletion takes along what an upload left"(server, { signal }) {
    const stop = new AbortController();
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield randomBytes(17 * mebibyte);
      stop.abort();
      yield randomBytes(17 * mebibyte);
    }
    const store = server.store("left");
    await store.put(key, cut(), { signal: stop.signal }).catch(() => {});
    await store.delete(key, { signal });
    const before = server.partsSent();
    await store.put(key, chunks(randomBytes(17 * mebibyte)), { signal });
    if (server.partsSent() - before !== 3) throw new Error("parts of the upload were still there");
  },
};

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += mebibyte) yield bytes.subarray(start, start + mebibyte);
}

async function mustBe(bytes: Buffer, store: ReturnType<S3Server["store"]>, signal: AbortSignal): Promise<void> {
  const read = Buffer.concat(await gathered(await store.get(key, { signal })));
  if (!read.equals(bytes))
    throw new Error(`${read.length} bytes came back that are not the ${bytes.length} that were put`);
}

async function isRefused(
  server: S3Server,
  changes: Parameters<S3Server["store"]>[1],
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const error = await gathered(server.store("any", { attempts: 1, ...changes }).list("", { signal })).catch(
    (error: unknown) => error,
  );
  const { reason: found, message } = error as { reason?: string; message?: string };
  if (found !== reason) throw new Error(`it says ${found}: ${message}`);
  if (/wrong|very-secret|nobody/.test(message ?? "")) throw new Error("the message holds a key");
}

async function observe(fault: string, { say }: LongTestContext, work: () => Promise<void>): Promise<Observed> {
  const began = performance.now();
  try {
    await work();
    say(`passed: ${fault}`);
    return { fault, healedInMs: performance.now() - began };
  } catch (error) {
    const failure = (error as Error).message.split("\n")[0] ?? "";
    say(`FAILED: ${fault}: ${failure}`);
    return { fault, failure };
  }
}
