import type { FoundBackup } from "../../api/backup-location.ts";
import { findManifest } from "../find-manifest.ts";
import { type Manifest, UnreadableManifest } from "../manifest.ts";
import type { Store, StoredObject } from "../store/store.ts";

/** What a location holds: how many complete backups, and the newest of them. */
export interface FoundBackups {
  backupCount: number;
  backups: FoundBackup[];
}

/** Far below what a status may be large. */
export const mostListed = 100;

const manifestPath = /^([^/]+)\/([^/]+)\/([^/]+)\/manifest\.json$/;

/** Looks for manifests, which are written last: without one there is no backup. */
export async function foundBackups(store: Store, signal: AbortSignal): Promise<FoundBackups> {
  const manifests: StoredObject[] = [];
  const bytesOf = new Map<string, number>();
  for await (const object of store.list("", { signal })) {
    const folder = object.key.slice(0, object.key.lastIndexOf("/"));
    bytesOf.set(folder, (bytesOf.get(folder) ?? 0) + object.bytes);
    if (manifestPath.test(object.key)) manifests.push(object);
  }
  manifests.sort((a, b) => b.modified.localeCompare(a.modified));
  const backups: FoundBackup[] = [];
  for (const { key, modified } of manifests.slice(0, mostListed)) {
    const [, namespace = "", cluster = "", name = ""] = manifestPath.exec(key) ?? [];
    const path = `${namespace}/${cluster}/${name}`;
    const manifest = await manifestAt(store, path, signal);
    backups.push({
      path,
      namespace,
      cluster,
      name,
      time: manifest.madeAt ?? modified,
      ...(manifest.release?.version && { version: manifest.release.version }),
      bytes: bytesOf.get(path) ?? 0,
      encrypted: manifest.parts?.some(({ encrypted }) => encrypted) ?? false,
    });
  }
  return { backupCount: manifests.length, backups: backups.sort((a, b) => b.time.localeCompare(a.time)) };
}

/** Nothing of one that is none, or was deleted meanwhile: the next look does not find that. */
async function manifestAt(store: Store, path: string, signal: AbortSignal): Promise<Partial<Manifest>> {
  try {
    return (await findManifest(store, path, signal)) ?? {};
  } catch (error) {
    if (error instanceof UnreadableManifest) return {};
    throw error;
  }
}
