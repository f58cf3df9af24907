import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "./store.ts";
import { volumeStore } from "./volume-store.ts";

const { signal } = new AbortController();
let root: string;
let store: Store;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "volume-store-test-"));
  store = volumeStore(root);
});
afterEach(() => rm(root, { recursive: true }));

async function* bytes(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
const textOf = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await Array.fromAsync(chunks)).toString();
const keys = async (prefix: string) =>
  (await Array.fromAsync(store.list(prefix, { signal }))).map(({ key }) => key).sort();

test("what was put is there whole, with its size, and not any more once it is deleted", async () => {
  await store.put("clusters/demo/one/snapshot.db", bytes("snap", "shot"), { signal });
  expect(await textOf(await store.get("clusters/demo/one/snapshot.db", { signal }))).toBe("snapshot");
  const [object] = await Array.fromAsync(store.list("clusters/demo/", { signal }));
  expect(object).toMatchObject({ key: "clusters/demo/one/snapshot.db", bytes: 8 });
  expect(Date.now() - Date.parse(object?.modified ?? "")).toBeLessThan(60_000);
  await store.delete("clusters/demo/one/snapshot.db", { signal });
  await expect(store.get("clusters/demo/one/snapshot.db", { signal })).rejects.toMatchObject({ reason: "NotInStore" });
  await store.delete("clusters/demo/one/snapshot.db", { signal });
  expect(await readdir(join(root, "clusters/demo"))).toEqual([]);
});

test("a list has what begins with the prefix, which need not end where a name does", async () => {
  for (const key of ["a/b/1", "a/bc/1", "a/c", "b/1"]) await store.put(key, bytes("x"), { signal });
  await mkdir(join(root, "lost+found"));
  expect(await keys("")).toEqual(["a/b/1", "a/bc/1", "a/c", "b/1"]);
  expect(await keys("a/b")).toEqual(["a/b/1", "a/bc/1"]);
  expect(await keys("a/b/")).toEqual(["a/b/1"]);
  expect(await keys("nothing/")).toEqual([]);
});

test("an object that could not be written whole leaves the one before it, and nothing else", async () => {
  await store.put("a/b", bytes("before"), { signal });
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("af");
    throw Object.assign(new Error("The connection was cut."), { code: "ECONNRESET", syscall: "read" });
  }
  await expect(store.put("a/b", cut(), { signal })).rejects.toThrow(/^The connection was cut\.$/);
  expect(await textOf(await store.get("a/b", { signal }))).toBe("before");
  expect(await readdir(join(root, "a"))).toEqual(["b"]);
});

test("what a writer that died left is never listed, and goes with the next one", async () => {
  await mkdir(join(root, "a"));
  await writeFile(join(root, "a/.b.unfinished-0"), "half");
  expect(await keys("a/")).toEqual([]);
  await store.put("a/b", bytes("whole"), { signal });
  expect(await readdir(join(root, "a"))).toEqual(["b"]);
  await writeFile(join(root, "a/.b.unfinished-1"), "half");
  await store.delete("a/b", { signal });
  await expect(readdir(join(root, "a"))).rejects.toThrow("ENOENT");
});

test("of two writers of one object the later one wins, and what there is is of one of them", async () => {
  let go = () => {};
  const later = new Promise<void>((resolve) => {
    go = resolve;
  });
  let began = () => {};
  const first = new Promise<void>((resolve) => {
    began = resolve;
  });
  async function* slow(): AsyncGenerator<Uint8Array> {
    began();
    yield Buffer.from("first, ");
    await later;
    yield Buffer.from("and slow");
  }
  const slowly = store.put("a/b", slow(), { signal });
  await first;
  await store.put("a/b", bytes("second"), { signal });
  go();
  await expect(slowly).rejects.toMatchObject({ reason: "StoreFailed" });
  expect(await textOf(await store.get("a/b", { signal }))).toBe("second");
});

test("a volume that is not mounted is no empty store", async () => {
  const absent = volumeStore(join(root, "absent"));
  await expect(Array.fromAsync(absent.list("", { signal }))).rejects.toMatchObject({ reason: "VolumeNotThere" });
  await expect(absent.get("a", { signal })).rejects.toMatchObject({ reason: "VolumeNotThere" });
  await expect(absent.put("a", bytes("x"), { signal })).rejects.toMatchObject({ reason: "VolumeNotThere" });
  await expect(absent.delete("a", { signal })).rejects.toMatchObject({ reason: "VolumeNotThere" });
});

test("a refusal of the file system is one sentence with its code", async () => {
  await writeFile(join(root, "a"), "a file where a folder would have to be");
  await expect(store.put("a/b", bytes("x"), { signal })).rejects.toThrow(
    /^The volume at \S+ cannot write a\/b \(\w+\); look at the volume and at who may write to it\.$/,
  );
});

test("no key leads out of the volume", async () => {
  for (const key of ["../a", "a/../b", "/a", "a//b", "", ".a", "a/", "a b"]) {
    await expect(store.put(key, bytes("x"), { signal })).rejects.toThrow("No object can be kept under the key");
  }
  await expect(Array.fromAsync(store.list("../", { signal }))).rejects.toThrow("No object can be kept under the key");
});

test("an end that is asked for ends a write that waits for its body", async () => {
  const stop = new AbortController();
  const body = new Readable({ read: () => stop.abort() });
  await expect(store.put("a/b", body, { signal: stop.signal })).rejects.toThrow();
  expect(await readdir(join(root, "a"))).toEqual([]);
});
