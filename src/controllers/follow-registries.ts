import { pause } from "../kube/pause.ts";
import { parseImageReference } from "../release/image-reference.ts";

/** Whether registries that releases were read from still answer. */
export interface Registries {
  /** An image was read: its registry is asked from now on, and nothing is wrong with it. */
  answered(image: string): void;
  /** An image could not be read, because its registry does not answer: so it is until one is, or it was away and is back. */
  silent(image: string, problem: string): void;
  /** Why the image's registry does not answer, where it does not. */
  problem(image: string): string | undefined;
}

export interface FollowRegistriesOptions {
  /** Says why a registry does not answer, or nothing. */
  ask: (registry: string) => Promise<string | undefined>;
  /** Told of a registry that fell silent, or answers again, and now and then that one is to be read again. */
  onChange: () => void;
  signal: AbortSignal;
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const askEveryMs = 20_000;
/** A registry that does not answer once is asked again so soon before that is believed. */
const doubtedMs = 2_000;
/** What could not be read is tried again so many askings later: longer than a tag is good for. */
const roundsToRetry = 16;

interface Verdict {
  /** Why nothing can be read of it. */
  problem?: string;
  /** Whether it did not even answer when it was asked. */
  isAway?: boolean;
}

/** Asks registries again and again, one request each: that one falls silent is no event, and clusters are to say it. */
export function followRegistries({ ask, onChange, signal, ...options }: FollowRegistriesOptions): Registries {
  const wait = options.pause ?? pause;
  const verdicts = new Map<string, Verdict>();

  async function follow(registry: string): Promise<void> {
    for (let round = 1; !signal.aborted; round++) {
      await wait(askEveryMs, signal);
      const problem = await find(registry);
      note(registry, (known) => (problem ? silentFor(known, problem, true) : known.isAway ? {} : known));
      if (round % roundsToRetry === 0 && verdicts.get(registry)?.problem) onChange();
    }
  }

  async function find(registry: string): Promise<string | undefined> {
    if (!(await ask(registry))) return undefined;
    await wait(doubtedMs, signal);
    return ask(registry);
  }

  function note(registry: string, change: (known: Verdict) => Verdict): void {
    const known = verdicts.get(registry);
    const verdict = change(known ?? {});
    verdicts.set(registry, verdict);
    if (!known) follow(registry).catch(() => {});
    else if ((known.problem === undefined) !== (verdict.problem === undefined)) onChange();
  }

  return {
    answered: (image) => note(registryOf(image), () => ({})),
    silent: (image, problem) => note(registryOf(image), (known) => silentFor(known, problem, false)),
    problem: (image) => verdicts.get(registryOf(image))?.problem,
  };
}

/** The first words stay, so that conditions do. */
function silentFor(known: Verdict, problem: string, isAway: boolean): Verdict {
  return { problem: known.problem ?? problem, isAway: known.isAway || isAway };
}

const registryOf = (image: string) => parseImageReference(image).registry;
