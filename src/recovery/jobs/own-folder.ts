import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { scratchFolder } from "./recovery-job.ts";

/** A folder of a job's own, where a snapshot has room. */
export async function ownFolder(program: string): Promise<string> {
  const folder = join(scratchFolder, program);
  await mkdir(folder, { recursive: true });
  return folder;
}
