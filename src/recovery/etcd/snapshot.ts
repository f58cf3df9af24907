import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EtcdAccess } from "../../etcd/etcd-client.ts";
import { runProcess } from "../../release/run-process.ts";

/** What etcdutl says of a snapshot. */
export interface SnapshotStatus {
  /** In hexadecimal. */
  hash: string;
  revision: number;
  keys: number;
  bytes: number;
  version?: string;
}

export interface SnapshotPrograms {
  /** Where the programs are that do the work. */
  etcdctl: string;
  etcdutl: string;
}

/** As the image `recovery` has them. */
export const programsOnPath: SnapshotPrograms = { etcdctl: "etcdctl", etcdutl: "etcdutl" };

/** Asks one member for a snapshot, and gives the file in the folder. */
export async function saveSnapshot(options: {
  endpoint: string;
  access: EtcdAccess;
  folder: string;
  etcdctl: string;
  signal: AbortSignal;
}): Promise<string> {
  const { endpoint, access, folder, etcdctl, signal } = options;
  const path = join(folder, "snapshot.db");
  // What an attempt before left: etcdctl writes beside it and renames.
  await Promise.all([path, `${path}.part`].map((each) => rm(each, { force: true })));
  const flags: string[] = [];
  for (const [flag, text] of [
    ["cacert", access.ca],
    ["cert", access.certificate],
    ["key", access.key],
  ] as const) {
    await writeFile(join(folder, flag), text, { mode: 0o600 });
    flags.push(`--${flag}=${join(folder, flag)}`);
  }
  await runProcess(etcdctl, ["snapshot", "save", path, `--endpoints=${endpoint}`, ...flags], { signal }).catch(
    (error: Error) => {
      throw new Error(`Cannot take a snapshot of etcd from ${endpoint}: ${lastWords(error)}`, { cause: error });
    },
  );
  return path;
}

/**
 * Checks that a snapshot is whole and can be opened, and gives what it holds. At its end is the SHA-256 of all before,
 * which the member that made it added.
 */
export async function readSnapshot(
  path: string,
  { etcdutl, signal }: { etcdutl: string; signal: AbortSignal },
): Promise<SnapshotStatus> {
  const { size } = await stat(path);
  const sumBytes = 32;
  if (size % 512 !== sumBytes) throw new Error(`The snapshot is cut off: it has ${size} bytes`);
  const sum = createHash("sha256");
  for await (const chunk of createReadStream(path, { end: size - sumBytes - 1 })) {
    signal.throwIfAborted();
    sum.update(chunk);
  }
  const kept: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start: size - sumBytes })) kept.push(chunk);
  if (!sum.digest().equals(Buffer.concat(kept))) {
    throw new Error("The snapshot is damaged: its bytes do not have the SHA-256 that etcd wrote at its end");
  }
  const text = await runProcess(etcdutl, ["snapshot", "status", path, "-w", "json"], { signal }).catch(
    (error: Error) => {
      throw new Error(`The snapshot cannot be opened: ${lastWords(error)}`, { cause: error });
    },
  );
  const { hash, revision, totalKey, totalSize, version } = JSON.parse(text) as Record<string, number | string>;
  return {
    hash: Number(hash).toString(16).padStart(8, "0"),
    revision: Number(revision),
    keys: Number(totalKey),
    bytes: Number(totalSize),
    ...(version && { version: String(version) }),
  };
}

/** etcd's programs log in JSON and say in their last line why they end. */
function lastWords({ message }: Error): string {
  const lines = message.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("{"));
  return (lines.at(-1) ?? message).trim();
}
