import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { noLog } from "../../kube/log.ts";
import { createAuthority, issue } from "../../pki/certificate.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import { DamagedSnapshot } from "./damaged-snapshot.ts";
import { serveSnapshot } from "./serve-snapshot.ts";

let stop = new AbortController();
afterEach(() => {
  stop.abort();
  stop = new AbortController();
});
const snapshot = Buffer.alloc(300_000, 7);
const sha256 = createHash("sha256").update(snapshot).digest("hex");
const authority = createAuthority("restore", new Date());
const profile = { commonName: "restore", dnsNames: ["localhost"], usages: ["server" as const] };

/** A store with these objects; `cut` breaks off the snapshot in the middle. */
function storeOf(objects: Record<string, Buffer>, cut = false): Store {
  async function* chunks(body: Buffer) {
    yield body.subarray(0, 100_000);
    if (cut && body === snapshot) throw new Error("the connection was cut");
    yield body.subarray(100_000);
  }
  return {
    async get(key: string) {
      const body = objects[key];
      if (!body) throw new StoreError("NotInStore", `${key} is not there`);
      return chunks(body);
    },
  } as unknown as Store;
}

const manifest = (part: object) =>
  Buffer.from(
    JSON.stringify({
      version: 1,
      backup: { name: "b", uid: "u" },
      cluster: { namespace: "a", name: "demo", uid: "c", clusterID: "d" },
      parts: [{ key: "x.snapshot.db", sha256, bytes: snapshot.length, encrypted: false, ...part }],
      etcd: { revision: 4711 },
      objectCounts: { pods: 3 },
    }),
  );

const folder = mkdtempSync(join(tmpdir(), "roost-serve-"));
afterAll(() => rmSync(folder, { recursive: true }));

const serve = (store: Store) =>
  serveSnapshot({
    store,
    folder,
    identities: [],
    path: "a/b",
    token: "secret",
    certificate: issue(profile, authority, new Date()),
    port: 0,
    log: noLog,
    signal: stop.signal,
  });

function fetched(port: number, path: string): Promise<{ status?: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "localhost", port, path, ca: authority.certificate, agent: false }, (answer) => {
      const read: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => read.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode, body: Buffer.concat(read) }));
    });
    asked.on("error", reject).end();
  });
}

test("a snapshot is served to whoever knows its address, as often as it is asked for, and to nobody else", async () => {
  const store = storeOf({ "a/b/manifest.json": manifest({}), "a/b/x.snapshot.db": snapshot });
  const { port, ...told } = await serve(store);
  const cluster = { uid: "c", clusterID: "d" };
  expect(told).toEqual({ revision: 4711, sha256, objectCounts: { pods: 3 }, cluster });
  for (let member = 0; member < 3; member++) {
    const { status, body } = await fetched(port, "/secret");
    expect({ status, isWhole: body.equals(snapshot) }).toEqual({ status: 200, isWhole: true });
  }
  expect(await fetched(port, "/guess")).toMatchObject({ status: 404 });
  stop.abort();
  await expect(fetched(port, "/secret")).rejects.toThrow("ECONNREFUSED");
});

test("what cannot be read to its end is not taken for a whole snapshot", async () => {
  const objects = { "a/b/manifest.json": manifest({}), "a/b/x.snapshot.db": snapshot };
  await expect(serve(storeOf(objects, true))).rejects.toThrow("the connection was cut");
});

test("what was changed in the store is named before anybody is given it", async () => {
  const changed = Buffer.from(snapshot);
  changed[4711] = 8;
  const objects = { "a/b/manifest.json": manifest({}), "a/b/x.snapshot.db": changed };
  const refusal = await serve(storeOf(objects)).catch((error: Error) => error);
  expect(refusal).toBeInstanceOf(DamagedSnapshot);
  expect((refusal as Error).message).toContain(`a/b/x.snapshot.db: it was changed`);
  expect((refusal as Error).message).toContain(`and ${sha256} was stored`);
});

test.each([
  ["there is no manifest", {}, "a/b/manifest.json is not in the store"],
  ["no private key is at hand", { "a/b/manifest.json": manifest({ encrypted: true }) }, "names no private keys"],
  ["its manifest names no snapshot", { "a/b/manifest.json": manifest({ key: "x" }) }, "names no snapshot"],
])("where %s nothing is served, and it is said why", async (_, objects, message) => {
  await expect(serve(storeOf(objects as Record<string, Buffer>))).rejects.toThrow(message);
});
