import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { checkKey } from "./check-key.ts";
import type { Store, StoredObject } from "./store.ts";
import { StoreError } from "./store-error.ts";

/** A store in a folder, which is where a volume is mounted. */
export function volumeStore(root: string): Store {
  const pathOf = (key: string) => join(root, checkKey(key));
  return {
    async put(key, body, { signal }) {
      const path = pathOf(key);
      const explained = explain(root, `write ${key}`);
      const unfinished = await explained(() => beginFile(root, path));
      try {
        // Errors of the body are not the volume's, and stay as they are.
        await pipeline(body, (chunks) => writeAll(unfinished.file, chunks, explained), { signal });
        await explained(async () => {
          await unfinished.file.sync();
          await rename(unfinished.path, path);
          await syncFolders(root, dirname(path));
        });
      } catch (error) {
        await rm(unfinished.path, { force: true });
        throw error;
      } finally {
        await unfinished.file.close();
      }
    },

    async get(key, { signal }) {
      const explained = explain(root, `read ${key}`);
      return explained(async () => {
        const file = await open(pathOf(key)).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code !== "ENOENT") throw error;
          await checkThere(root);
          throw new StoreError("NotInStore", `There is no ${key} in the volume; look at what there is in it.`);
        });
        return chunksOf(file, signal, explained);
      });
    },

    async *list(prefix, { signal }) {
      if (prefix !== "") checkKey(prefix.replace(/\/$/, ""));
      yield* await explain(
        root,
        "list what there is",
      )(async () => {
        await checkThere(root);
        return objectsIn(root, prefix.slice(0, prefix.lastIndexOf("/") + 1), prefix, signal);
      });
    },

    delete: (key) =>
      explain(
        root,
        `delete ${key}`,
      )(async () => {
        const path = pathOf(key);
        await checkThere(root);
        await rm(path, { force: true });
        await removeUnfinished(path);
        // Fails where something is in it, which is fine.
        if (dirname(path) !== root) await rmdir(dirname(path)).catch(() => {});
      }),
  };
}

/** Beside it first, so that an object under its own name is always whole, also after a loss of power. */
async function beginFile(root: string, path: string): Promise<{ path: string; file: FileHandle }> {
  await checkThere(root);
  await mkdir(dirname(path), { recursive: true });
  // Of one that died, or that still runs: its rename fails then, and there are never two writers of one file.
  await removeUnfinished(path);
  const unfinished = join(dirname(path), `${unfinishedPrefix(path)}${randomUUID()}`);
  return { path: unfinished, file: await open(unfinished, "wx", 0o600) };
}

async function writeAll(file: FileHandle, chunks: AsyncIterable<Uint8Array>, explained: Explained): Promise<void> {
  for await (const chunk of chunks) await explained(() => file.writeFile(chunk));
}

async function* chunksOf(file: FileHandle, signal: AbortSignal, explained: Explained): AsyncGenerator<Uint8Array> {
  const chunks = file.createReadStream({ signal })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await explained(() => chunks.next());
      if (done) return;
      yield value;
    }
  } finally {
    await chunks.return?.();
  }
}

const unfinishedPrefix = (path: string) => `.${basename(path)}.unfinished-`;

async function removeUnfinished(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(noneWhereMissing);
  for (const name of names) {
    if (name.startsWith(unfinishedPrefix(path))) await rm(join(dirname(path), name), { force: true });
  }
}

/** Names in folders are on the disk once the folder is, up to the root. */
async function syncFolders(root: string, folder: string): Promise<void> {
  const file = await open(folder);
  await file.sync().finally(() => file.close());
  if (folder !== root) await syncFolders(root, dirname(folder));
}

async function objectsIn(root: string, folder: string, prefix: string, signal: AbortSignal): Promise<StoredObject[]> {
  signal.throwIfAborted();
  const found: StoredObject[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true }).catch(noneWhereMissing)) {
    const key = `${folder}${entry.name}`;
    // Unfinished objects, and what file systems have of their own.
    if (entry.name.startsWith(".") || entry.name === "lost+found") continue;
    if (entry.isDirectory() && (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`))) {
      found.push(...(await objectsIn(root, `${key}/`, prefix, signal)));
    }
    if (!entry.isFile() || !key.startsWith(prefix)) continue;
    const file = await stat(join(root, key)).catch((error: NodeJS.ErrnoException) => {
      // Deleted meanwhile.
      if (error.code !== "ENOENT") throw error;
    });
    if (file) found.push({ key, bytes: file.size, modified: file.mtime.toISOString() });
  }
  return found;
}

/** A volume that is not mounted is not one that is empty. */
async function checkThere(root: string): Promise<void> {
  const found = await stat(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (found?.isDirectory()) return;
  throw new StoreError("VolumeNotThere", `The volume is not mounted at ${root}; look at the claim and its pod.`);
}

function noneWhereMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === "ENOENT") return [];
  throw error;
}

type Explained = <T>(work: () => Promise<T>) => Promise<T>;

function explain(root: string, what: string): Explained {
  return async (work) => {
    try {
      return await work();
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (!syscall) throw error;
      const full = code === "ENOSPC" || code === "EDQUOT";
      throw new StoreError(
        full ? "StoreFull" : "StoreFailed",
        full
          ? `The volume at ${root} is full and cannot ${what}; make it larger, or delete backups.`
          : `The volume at ${root} cannot ${what} (${code}); look at the volume and at who may write to it.`,
        { cause: error },
      );
    }
  };
}
