import { join } from "node:path";
import type { Facts } from "../command.ts";

/** Where this user's builds are kept: `$XDG_CACHE_HOME/roost`, or `~/.cache/roost`. */
export function cacheFolder({ home, variables }: Pick<Facts, "home" | "variables">): string {
  return join(variables.XDG_CACHE_HOME || join(home, ".cache"), "roost");
}
