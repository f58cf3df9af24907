import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "./with-lock.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-lock-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("two never work at once", async () => {
  let working = 0;
  const work = async () => {
    working++;
    for (let turn = 0; turn < 100; turn++) await nextTurn();
    expect(working--).toBe(1);
  };
  await Promise.all([1, 2, 3].map(() => withLock(join(folder, "lock"), work)));
});

test("the lock of a process that is gone is taken over", async () => {
  await writeFile(join(folder, "lock"), "4194304 1");
  expect(await withLock(join(folder, "lock"), async () => "done")).toBe("done");
});

test("waiting ends when the caller gives up", async () => {
  const signal = AbortSignal.timeout(50);
  await withLock(join(folder, "lock"), async () => {
    await expect(withLock(join(folder, "lock"), async () => {}, { signal })).rejects.toThrow("aborted");
  });
});
