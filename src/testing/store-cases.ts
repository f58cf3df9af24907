import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Store } from "../recovery/store/store.ts";
import { gathered } from "./gathered.ts";

/** What every store does, whatever keeps the objects. */
export interface StoreCase {
  name: string;
  /** Rejects where the store does otherwise. */
  run: (store: Store, signal: AbortSignal) => Promise<void>;
}

async function* inChunks(bytes: Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
const read = async (store: Store, key: string, signal: AbortSignal) =>
  Buffer.concat(await gathered(await store.get(key, { signal })));
const keys = async (store: Store, prefix: string, signal: AbortSignal) =>
  (await gathered(store.list(prefix, { signal }))).map(({ key }) => key).sort();

/** Each on an empty store. */
export const storeCases: readonly StoreCase[] = [
  {
    name: "what was put is there whole, with its size, and not any more once it is deleted",
    async run(store, signal) {
      const key = "clusters/demo/one/snapshot.db";
      await store.put(key, inChunks(Buffer.from("a snapshot"), 3), { signal });
      assert.equal((await read(store, key, signal)).toString(), "a snapshot");
      const [object] = await gathered(store.list("clusters/demo/", { signal }));
      assert.equal(object?.key, key);
      assert.equal(object?.bytes, 10);
      assert.ok(Date.parse(object?.modified ?? "") > 0);
      await store.delete(key, { signal });
      await assert.rejects(store.get(key, { signal }), { reason: "NotInStore" });
      assert.deepEqual(await keys(store, "", signal), []);
    },
  },
  {
    name: "what is not there can be deleted again",
    run: (store, signal) => store.delete("clusters/demo/one/snapshot.db", { signal }),
  },
  {
    name: "an object put again is the later one",
    async run(store, signal) {
      await store.put("a/b", inChunks(Buffer.from("before")), { signal });
      await store.put("a/b", inChunks(Buffer.from("after")), { signal });
      assert.equal((await read(store, "a/b", signal)).toString(), "after");
    },
  },
  {
    name: "an empty object is one",
    async run(store, signal) {
      await store.put("a/b", inChunks(Buffer.alloc(0)), { signal });
      assert.equal((await read(store, "a/b", signal)).length, 0);
    },
  },
  {
    name: "a large object comes back as it was",
    async run(store, signal) {
      const bytes = randomBytes(17 * 1024 * 1024 + 1);
      await store.put("a/large", inChunks(bytes), { signal });
      assert.ok((await read(store, "a/large", signal)).equals(bytes));
      assert.deepEqual(await keys(store, "", signal), ["a/large"]);
    },
  },
  {
    name: "a list has what begins with the prefix, which need not end where a name does",
    async run(store, signal) {
      for (const key of ["a/b/1", "a/bc/1", "a/c", "b/1"]) await store.put(key, inChunks(Buffer.from("x")), { signal });
      assert.deepEqual(await keys(store, "", signal), ["a/b/1", "a/bc/1", "a/c", "b/1"]);
      assert.deepEqual(await keys(store, "a/b", signal), ["a/b/1", "a/bc/1"]);
      assert.deepEqual(await keys(store, "a/b/", signal), ["a/b/1"]);
      assert.deepEqual(await keys(store, "nothing/", signal), []);
    },
  },
  {
    name: "an object that could not be read to its end leaves the one before it, and nothing else",
    async run(store, signal) {
      await store.put("a/b", inChunks(Buffer.from("before")), { signal });
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield randomBytes(9 * 1024 * 1024);
        throw Object.assign(new Error("The disk is gone."), { code: "EIO", syscall: "read" });
      }
      await assert.rejects(store.put("a/b", failing(), { signal }), { message: "The disk is gone." });
      assert.equal((await read(store, "a/b", signal)).toString(), "before");
      assert.deepEqual(await keys(store, "", signal), ["a/b"]);
    },
  },
  {
    name: "no key leads out of the location",
    async run(store, signal) {
      for (const key of ["../a", "a/../b", "/a", "a//b", "", ".a", "a/", "a b"]) {
        const refused = { message: /^No object can be kept under the key / };
        await assert.rejects(store.put(key, inChunks(Buffer.from("x")), { signal }), refused, key);
      }
      await assert.rejects(gathered(store.list("../", { signal })), /^StoreError: No object can be kept/);
    },
  },
];
