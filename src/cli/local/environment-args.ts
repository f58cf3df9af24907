import { defaultName, type EnvironmentOptions } from "../../local/environment.ts";
import { text } from "../arg.ts";
import type { Facts } from "../command.ts";
import { cacheFolder } from "../release/cache-folder.ts";

/** The arguments that all commands of the local environment have. */
export const environmentArgs = {
  environment: text("The environment, where there is more than one", { default: defaultName }),
};

export function environmentOptions(args: { environment: string }, facts: Facts): EnvironmentOptions {
  return { root: facts.root, cache: cacheFolder(facts), name: args.environment };
}
