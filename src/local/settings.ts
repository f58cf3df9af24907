import type { StateFiles } from "./state-files.ts";

/** What was chosen when the environment was made, and which management clusters it has. */
export interface Settings {
  baseDomain: string;
  /** A cluster's number decides which addresses its Services get; see `network/layout.ts`. */
  clusters: { name: string; number: number; address: string }[];
  /** The release by digest that everything was taken from, and its image of machines as podman names it; nothing where they were built here. */
  from?: { image: string; machineImage: string };
}

const file = "settings.json";

/** The settings of the environment, or nothing where it was never made. */
export async function readSettings(files: StateFiles): Promise<Settings | undefined> {
  const text = await files.read(file);
  return text === undefined ? undefined : (JSON.parse(text) as Settings);
}

export async function writeSettings(files: StateFiles, settings: Settings): Promise<void> {
  await files.write(file, `${JSON.stringify(settings, undefined, 2)}\n`);
}

/** The first number that no cluster has. */
export function freeNumber({ clusters }: Settings): number {
  const used = new Set(clusters.map(({ number }) => number));
  let number = 0;
  while (used.has(number)) number++;
  return number;
}
