import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Facts } from "../command.ts";
import { fileProblem } from "../file-problem.ts";
import { UsageError } from "../usage-error.ts";

/** Where this user's builds are kept: `$XDG_CACHE_HOME/roost`, or `~/.cache/roost`. Makes it, or throws where it cannot be. */
export function cacheFolder({ home, variables }: Pick<Facts, "home" | "variables">): string {
  const chosen = variables.XDG_CACHE_HOME;
  if (!chosen && !existsSync(home)) {
    throw new UsageError(`the home folder ${home} does not exist`, "set HOME or XDG_CACHE_HOME to a folder that does");
  }
  const folder = join(chosen || join(home, ".cache"), "roost");
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `what is compiled cannot be kept in ${folder}: ${fileProblem(error) ?? (error as Error).message}`,
      "set XDG_CACHE_HOME to a folder that can be written to",
    );
  }
  return folder;
}

/** One folder after the other: in /proc, the recursive mkdir of Node tries for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
