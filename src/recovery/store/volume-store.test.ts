import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gathered } from "../../testing/gathered.ts";
import { storeCases } from "../../testing/store-cases.ts";
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
const textOf = async (chunks: AsyncIterable<Uint8Array>) => Buffer.concat(await gathered(chunks)).toString();
const keys = async (prefix: string) => (await gathered(store.list(prefix, { signal }))).map(({ key }) => key).sort();

test.each(storeCases)("$name", ({ run }) => run(store, signal));

test("a file system's own folder is no part of the store, and folders of backups go with them", async () => {
  await mkdir(join(root, "lost+found"));
  await store.put("a/b/c", bytes("x"), { signal });
  expect(await keys("")).toEqual(["a/b/c"]);
  await store.delete("a/b/c", { signal });
  expect(await readdir(join(root, "a"))).toEqual([]);
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
  await expect(gathered(absent.list("", { signal }))).rejects.toMatchObject({ reason: "VolumeNotThere" });
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

test("an end that is asked for ends a write that waits for its body", async () => {
  const stop = new AbortController();
  const body = new Readable({ read: () => stop.abort() });
  await expect(store.put("a/b", body, { signal: stop.signal })).rejects.toThrow();
  expect(await readdir(join(root, "a"))).toEqual([]);
});
