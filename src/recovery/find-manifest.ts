import { type Manifest, manifestKey, readManifest } from "./manifest.ts";
import { readAll } from "./read-all.ts";
import type { Store } from "./store/store.ts";
import { StoreError } from "./store/store-error.ts";

/** The manifest of the backup at this path; nothing where the store itself says that there is none. */
export async function findManifest(store: Store, path: string, signal: AbortSignal): Promise<Manifest | undefined> {
  try {
    return readManifest((await readAll(await store.get(`${path}/${manifestKey}`, { signal }))).toString(), path);
  } catch (error) {
    if (error instanceof StoreError && error.reason === "NotInStore") return undefined;
    throw error;
  }
}
