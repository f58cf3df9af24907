import { randomUUID } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `work` while no other process on this machine does so under the same `path`. A lock whose owner died is taken
 * over. `onWait` is called once where somebody else has it.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  { onWait, signal }: { onWait?: () => void; signal?: AbortSignal } = {},
): Promise<T> {
  for (let waited = false; !(await take(path)); waited = true) {
    if (!waited) onWait?.();
    await sleep(300, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  const mine = `${path}.${process.pid}.${randomUUID()}`;
  await writeFile(mine, `${process.pid} ${await startTime(process.pid)}`);
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(mine, { force: true });
  }
  const [pid, started] = (await readFile(path, "utf8").catch(() => "")).split(" ");
  if (pid && (await startTime(Number(pid))) !== started) await rm(path, { force: true });
  return false;
}

// The start time tells a process from a later one of the same number.
async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}
