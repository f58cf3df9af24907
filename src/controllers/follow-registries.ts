import { pause } from "../kube/pause.ts";
import { parseImageReference } from "../release/image-reference.ts";

/** Whether registries that releases were read from still answer. */
export interface Registries {
  /** An image was read: its registry is asked from now on. */
  answered(image: string): void;
  /** An image could not be read, because its registry does not answer. */
  silent(image: string, problem: string): void;
  /** Why the image's registry does not answer, where it does not. */
  problem(image: string): string | undefined;
}

export interface FollowRegistriesOptions {
  /** Says why a registry does not answer, or nothing. */
  ask: (registry: string) => Promise<string | undefined>;
  /** Told of a registry that fell silent, or answers again. */
  onChange: () => void;
  signal: AbortSignal;
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const askEveryMs = 20_000;
/** A registry that does not answer once is asked again so soon before that is believed. */
const doubtedMs = 2_000;

/** Asks registries again and again, one request each: that one falls silent is no event, and clusters are to say it. */
export function followRegistries({ ask, onChange, signal, ...options }: FollowRegistriesOptions): Registries {
  const wait = options.pause ?? pause;
  const problems = new Map<string, string | undefined>();

  async function follow(registry: string): Promise<void> {
    while (!signal.aborted) {
      await wait(askEveryMs, signal);
      note(registry, await find(registry));
    }
  }

  async function find(registry: string): Promise<string | undefined> {
    if (!(await ask(registry))) return undefined;
    await wait(doubtedMs, signal);
    return ask(registry);
  }

  function note(registry: string, problem: string | undefined): void {
    const isNew = !problems.has(registry);
    const changed = !isNew && (problems.get(registry) === undefined) !== (problem === undefined);
    // The first words stay, so that conditions do.
    if (isNew || changed) problems.set(registry, problem);
    if (isNew) follow(registry).catch(() => {});
    if (changed) onChange();
  }

  return {
    answered: (image) => note(registryOf(image), undefined),
    silent: (image, problem) => note(registryOf(image), problem),
    problem: (image) => problems.get(registryOf(image)),
  };
}

const registryOf = (image: string) => parseImageReference(image).registry;
