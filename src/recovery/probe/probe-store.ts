import { randomBytes } from "node:crypto";
import { readAll } from "../read-all.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";

/** Writes a small object, reads it and deletes it again; rejects where the store does not do all three. */
export async function probeStore(store: Store, signal: AbortSignal): Promise<void> {
  // Of its own: two operators may use one location.
  const key = `probe/${randomBytes(8).toString("hex")}`;
  const written = randomBytes(64);
  try {
    await store.put(key, only(written), { signal });
    const read = await readAll(await store.get(key, { signal }));
    if (read.equals(written)) return await store.delete(key, { signal });
  } catch (error) {
    // That it cannot be deleted either is no news.
    await store.delete(key, { signal }).catch(() => {});
    throw error;
  }
  await store.delete(key, { signal });
  throw new StoreError(
    "ObjectDamaged",
    "The store gives back other bytes than were written to it; keep no backups in it before that is mended.",
  );
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
