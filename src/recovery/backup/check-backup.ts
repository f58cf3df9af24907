import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { readSnapshot } from "../etcd/snapshot.ts";
import { findManifest } from "../find-manifest.ts";
import { type Manifest, objectsKey, type Part, partOf, snapshotKey } from "../manifest.ts";
import { summed } from "../put-part.ts";
import { readAll } from "../read-all.ts";
import type { Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import { lacking } from "./lacking.ts";
import type { Recorded } from "./recorded.ts";

export interface CheckBackupOptions {
  store: Store;
  path: string;
  /** Private keys (`AGE-SECRET-KEY-1...`); what is encrypted is not looked into without one. */
  identities: readonly string[];
  /** A folder of its own with room for the snapshot. */
  folder: string;
  etcdutl: string;
  signal: AbortSignal;
}

/** What was found. */
export interface BackupCheck {
  /** A sentence each; none where all is as it was stored. */
  problems: string[];
  /** Whether the parts were looked into, and not only compared with what was stored. */
  opened: boolean;
}

/**
 * Reads every part of a backup again and compares it with the manifest; opens the snapshot and the objects where they
 * can be read. Rejects only where the store does not answer: what is wrong with the backup is what it gives.
 */
export async function checkBackup(options: CheckBackupOptions): Promise<BackupCheck> {
  const { store, path, signal } = options;
  const manifest = await findManifest(store, path, signal);
  if (!manifest) return { problems: [`${path}/manifest.json is not in the store`], opened: false };
  const missing = [snapshotKey, objectsKey].filter((key) => !partOf(manifest, key));
  const problems = missing.map((key) => `the manifest of ${path} does not name ${key}`);
  for (const part of manifest.parts) problems.push(...(await storedProblem(options, part)));
  // Damage has its name by now; looking into what is damaged would only tell of it once more.
  const opened =
    problems.length === 0 && manifest.parts.every(({ encrypted }) => !encrypted || options.identities.length > 0);
  if (opened) problems.push(...(await contentProblems(options, manifest)));
  return { problems, opened };
}

async function storedProblem({ store, path, signal }: CheckBackupOptions, part: Part): Promise<string[]> {
  const key = `${path}/${part.key}`;
  const found = summed();
  try {
    for await (const _ of found.through(await store.get(key, { signal })));
  } catch (error) {
    if (error instanceof StoreError && error.reason === "NotInStore") return [`${key} is not in the store`];
    throw error;
  }
  const { sha256, bytes } = found.result();
  if (bytes !== part.bytes) return [`${key} has ${bytes} bytes, and ${part.bytes} were stored`];
  return sha256 === part.sha256 ? [] : [`${key} was changed: its SHA-256 is ${sha256}, and ${part.sha256} was stored`];
}

async function contentProblems(options: CheckBackupOptions, manifest: Manifest): Promise<string[]> {
  const checks = { [snapshotKey]: snapshotProblems, [objectsKey]: objectsProblems };
  const problems: string[] = [];
  for (const [key, check] of Object.entries(checks)) {
    const part = partOf(manifest, key);
    if (!part) continue;
    try {
      problems.push(...(await check(await plainOf(options, part), options, manifest)));
    } catch (error) {
      // Of another object than the manifest's only the store's own words are of use.
      if (error instanceof StoreError && !["ObjectDamaged", "WrongKey"].includes(error.reason)) throw error;
      options.signal.throwIfAborted();
      problems.push(`${options.path}/${part.key}: ${(error as Error).message}`);
    }
  }
  return problems;
}

async function plainOf({ store, path, identities, signal }: CheckBackupOptions, part: Part) {
  const key = `${path}/${part.key}`;
  const stored = await store.get(key, { signal });
  if (!part.encrypted) return stored;
  const { decrypt } = await import("../store/decrypt.ts");
  return decrypt(stored, { key, identities, bytes: part.bytes });
}

type Check = (plain: AsyncIterable<Uint8Array>, options: CheckBackupOptions, manifest: Manifest) => Promise<string[]>;

const snapshotProblems: Check = async (plain, { folder, etcdutl, signal }, { etcd }) => {
  const file = join(folder, "checked.db");
  try {
    await pipeline(plain, createWriteStream(file, { mode: 0o600 }), { signal });
    const found = await readSnapshot(file, { etcdutl, signal });
    return (["revision", "hash", "keys"] as const)
      .filter((fact) => found[fact] !== etcd[fact])
      .map((fact) => `the snapshot's ${fact} is ${found[fact]}, and ${etcd[fact]} was stored`);
  } finally {
    await rm(file, { force: true });
  }
};

const objectsProblems: Check = async (plain, _options, { objects }) => {
  const found = JSON.parse((await readAll(plain)).toString()) as Recorded[];
  return found.length === objects.length
    ? lacking(found)
    : [`there are ${found.length} objects, and ${objects.length} were stored`];
};
