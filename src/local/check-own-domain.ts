import { type Environment, environmentStates } from "./environment.ts";
import { readSettings } from "./settings.ts";
import { stateFiles } from "./state-files.ts";

/**
 * Throws where another environment of the checkout has the domain: an image's name could not tell whose registry is
 * meant, and whose authority it is trusted by.
 */
export async function checkOwnDomain({ root, state }: Environment, baseDomain: string): Promise<void> {
  for (const other of await environmentStates(root)) {
    if (other === state) continue;
    const settings = await readSettings(stateFiles(other, () => new Date()));
    if (settings?.baseDomain !== baseDomain) continue;
    throw new Error(
      `Another environment of this checkout (${other}) has the base domain ${baseDomain}; choose one with --base-domain.`,
    );
  }
}
