import { type EnvironmentOptions, environmentOf } from "./environment.ts";
import { readSettings } from "./settings.ts";
import { stateFiles } from "./state-files.ts";

/** The release that the environment was taken from, by digest; nothing where it was built here or there is none. */
export async function takenFrom(options: EnvironmentOptions & { now: () => Date }): Promise<string | undefined> {
  return (await readSettings(stateFiles(environmentOf(options).state, options.now)))?.from?.image;
}
