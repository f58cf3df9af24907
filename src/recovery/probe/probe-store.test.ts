import { expect, test } from "vitest";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import { probeStore } from "./probe-store.ts";

const { signal } = new AbortController();

/** A store in memory, in which some calls go otherwise. */
function aStore(changes: Partial<Store> = {}) {
  const objects = new Map<string, Uint8Array[]>();
  const store: Store = {
    async put(key, body) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      objects.set(key, chunks);
    },
    async get(key) {
      return (async function* () {
        yield* objects.get(key) ?? [];
      })();
    },
    async *list() {},
    async delete(key) {
      objects.delete(key);
    },
    ...changes,
  };
  return { store, objects };
}

test("a store that does all that is asked has nothing in it afterwards", async () => {
  const { store, objects } = aStore();
  await probeStore(store, signal);
  expect(objects.size).toBe(0);
});

test("what is told is the first thing that a store cannot do", async () => {
  const failing = (what: string) => async () => {
    throw new StoreError("StoreFailed", `Cannot ${what}.`);
  };
  const { store } = aStore({ put: failing("write"), delete: failing("delete") });
  await expect(probeStore(store, signal)).rejects.toThrow("Cannot write.");
  await expect(probeStore(aStore({ delete: failing("delete") }).store, signal)).rejects.toThrow("Cannot delete.");
});

test("a store that gives back other bytes is not used, and nothing stays in it", async () => {
  const { store, objects } = aStore();
  const other = { ...store, put: (key: string) => store.put(key, (async function* () {})(), { signal }) };
  await expect(probeStore(other, signal)).rejects.toMatchObject({ reason: "ObjectDamaged" });
  expect(objects.size).toBe(0);
});
