import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** One local environment: machines side by side on one network, with what belongs to them on this computer. */
export interface Environment {
  /** Also the value of the label on everything that podman keeps for it. */
  name: string;
  /** The checkout. */
  root: string;
  /** Where compiled programs, the node image and podman's storage are kept; shared by all environments. */
  cache: string;
  /** Where keys, kubeconfigs and configurations of this environment are kept. */
  state: string;
}

/** What chooses an environment; the same for every command. */
export interface EnvironmentOptions {
  root: string;
  cache: string;
  /** `roost` where absent. */
  name?: string;
}

/** The name of the environment that is meant where none is named. */
export const defaultName = "roost";
export const defaultCluster = "mgmt";

/** What the name of an environment should be instead; nothing where podman and DNS take it. */
export function environmentNameCheck(name: string): string | undefined {
  return /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(name)
    ? undefined
    : "a name of up to 20 lower-case letters, digits and hyphens, a letter first and no hyphen last";
}

export function environmentOf({ root, cache, name = defaultName }: EnvironmentOptions): Environment {
  const instead = environmentNameCheck(name);
  if (instead) throw new Error(`The environment "${name}" is not ${instead}`);
  const state = join(root, ".roost", ...(name === defaultName ? [] : ["environments", name]));
  return { name, root, cache, state };
}

/** The domain of an environment that is made without a wish: its own, as an image's name tells whose registry is meant. */
export function defaultBaseDomain({ name }: Environment): string {
  return name === defaultName ? "roost.test" : `${name}.roost.test`;
}

/** Where the environments of a checkout keep their state; of those that are not there any more, too. */
export async function environmentStates(root: string): Promise<string[]> {
  const state = join(root, ".roost");
  const named = await readdir(join(state, "environments")).catch(() => []);
  return [state, ...named.map((name) => join(state, "environments", name))];
}

/** The label that marks everything of the environment. */
export function labelOf(environment: Environment): string {
  return `roost.local=${environment.name}`;
}

/** The name of a machine's container, and of the volume that is its disk. */
export function containerOf(environment: Environment, machine: string): string {
  return environment.name === defaultName ? `roost-${machine}` : `roost-${environment.name}-${machine}`;
}

/** The name of podman's network for the environment. */
export function networkOf(environment: Environment): string {
  return environment.name === defaultName ? "roost" : `roost-${environment.name}`;
}
