import { findManifest } from "../find-manifest.ts";
import { begunKey, manifestKey, objectsKey, snapshotKey } from "../manifest.ts";
import type { Store } from "../store/store.ts";

/**
 * Deletes what a backup has in the store, the manifest first, so that half of a backup never looks like one, and what
 * tells of its attempts last. No list shows what was left unfinished, but it goes with the object that it was to be.
 * What lies at the path and says that it is another's stays. Can be run again at any point. Gives how many objects went.
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
  const listed: string[] = [];
  for await (const { key } of store.list(`${path}/`, { signal })) {
    // A backup has no folders; one that is called as the folder of changes is not to take these along.
    if (!key.slice(path.length + 1).includes("/")) listed.push(key);
  }
  const begun = listed.filter((key) => key.endsWith(`.${begunKey}`));
  const attempts = begun.map((key) => key.slice(0, -begunKey.length));
  const parts = attempts.flatMap((start) =>
    [snapshotKey, objectsKey].flatMap((key) => [start + key, `${start}${key}.age`]),
  );
  const others = listed.filter((key) => !begun.includes(key));
  for (const key of new Set([`${path}/${manifestKey}`, ...parts, ...others, ...begun])) {
    await store.delete(key, { signal });
  }
  return listed.length;
}
