import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { waitForEtcd } from "./wait-for-etcd.ts";

// The script itself, with a stand-in for the program that tries to connect.

let folder: string;
let running: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roost-wait-for-etcd-"));
  const connects = `#!/bin/sh\necho "$3 $4" >> ${folder}/tried\n[ -e ${folder}/etcd ]\n`;
  writeFileSync(join(folder, "nc"), connects, { mode: 0o755 });
});
afterEach(() => {
  running?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Where a connection was tried, once for each time. */
const tried = () => readFileSync(join(folder, "tried"), "utf8").trimEnd().split("\n");

function start() {
  const words = ["-c", waitForEtcd("etcd-client", 2379), "wait", "echo", "started", "--with=two words"];
  const child = spawn("sh", words, { env: { PATH: `${folder}:${process.env.PATH}` } });
  running = child;
  return { child, ended: once(child, "exit"), printed: text(child.stdout), said: once(child.stderr, "data") };
}

test("the program is started at once where etcd listens, with its arguments as they are", async () => {
  writeFileSync(join(folder, "etcd"), "");
  const { ended, printed } = start();
  expect(await ended).toEqual([0, null]);
  expect(await printed).toBe("started --with=two words\n");
});

test("the program is started when etcd listens, and what it waits for is said until then", async () => {
  const { ended, printed, said } = start();
  expect(String(await said)).toBe("Waiting for etcd: nobody listens at etcd-client, port 2379, yet\n");
  await expect.poll(() => tried().length, { timeout: 30_000 }).toBeGreaterThan(2);
  writeFileSync(join(folder, "etcd"), "");
  expect(await ended).toEqual([0, null]);
  expect(await printed).toBe("started --with=two words\n");
  expect(new Set(tried())).toEqual(new Set(["etcd-client 2379"]));
});

test("a pod that is told to end while it waits ends", async () => {
  const { child, ended, printed, said } = start();
  await said;
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(await printed).toBe("");
});
