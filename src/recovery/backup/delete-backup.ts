import { findManifest } from "../find-manifest.ts";
import { manifestKey } from "../manifest.ts";
import type { Store } from "../store/store.ts";

/**
 * Deletes what a backup has in the store, the manifest first, so that half of a backup never looks like one. What lies
 * at its path and says that it is another's stays. Can be run again at any point. Gives how many objects went.
 */
export async function deleteBackup(options: {
  store: Store;
  path: string;
  uid: string;
  signal: AbortSignal;
}): Promise<number> {
  const { store, path, uid, signal } = options;
  const manifest = await findManifest(store, path, signal);
  if (manifest && manifest.backup.uid !== uid) return 0;
  const keys: string[] = [];
  for await (const { key } of store.list(`${path}/`, { signal })) keys.push(key);
  const first = `${path}/${manifestKey}`;
  for (const key of keys.sort((a, b) => Number(b === first) - Number(a === first))) {
    await store.delete(key, { signal });
  }
  return keys.length;
}
