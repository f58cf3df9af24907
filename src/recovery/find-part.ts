import { findManifest } from "./find-manifest.ts";
import { type Manifest, type Part, partOf } from "./manifest.ts";
import type { Store } from "./store/store.ts";

/** Where a part of a backup is looked for. */
export interface FindPartOptions {
  store: Store;
  /** Where the backup lies. */
  path: string;
  /** Private keys (`AGE-SECRET-KEY-1...`), where it is encrypted. */
  identities: readonly string[];
  signal: AbortSignal;
}

/** The part of a backup that holds this, such as `["snapshot", snapshotKey]`, or why it cannot be restored from. */
export async function findPart(
  { store, path, identities, signal }: FindPartOptions,
  [title, key]: readonly [title: string, key: string],
): Promise<{ manifest: Manifest; part: Part } | { problem: string }> {
  const manifest = await findManifest(store, path, signal);
  if (!manifest) return { problem: `Cannot restore from ${path}: ${path}/manifest.json is not in the store` };
  const part = partOf(manifest, key);
  if (!part) return { problem: `Cannot restore from ${path}: its manifest names no ${title}` };
  if (!part.encrypted || identities.length > 0) return { manifest, part };
  const mend = "add them (spec.encryption.identities)";
  return { problem: `Cannot restore from ${path}: it is encrypted, and the location names no private keys: ${mend}` };
}
