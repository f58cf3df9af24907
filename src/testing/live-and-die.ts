import type { Kube } from "../kube/kube.ts";
import { pause } from "../kube/pause.ts";
import { mortalKube } from "./mortal-kube.ts";

export interface LivesOptions {
  /** The client that each of the processes has. */
  kube: Kube;
  /** Runs one process until its signal aborts. */
  live(kube: Kube, signal: AbortSignal): Promise<void>;
  /** Whether nothing is left to do. */
  isDone(): Promise<boolean>;
  /** What to say where they do not come to an end. */
  whatIsLeft(): Promise<string>;
  timeoutMs?: number;
}

/** After how many changes processes die, one after the other: of an odd number, so that each comes with both deaths. */
const lifetimes = [2, 5, 9, 3, 7];

/**
 * Lets processes live and die one after the other, after and before their last write in turn, until one has nothing
 * left to do. Gives what each died of.
 */
export async function liveAndDie(options: LivesOptions): Promise<string[]> {
  const { kube, live, timeoutMs = 150_000 } = options;
  const deaths: string[] = [];
  const versions = new Map<string, string | undefined>();
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    // Lives of different lengths, so that the deaths do not keep to the limits of a pass.
    const last = lifetimes[deaths.length % lifetimes.length] ?? 1;
    const mortal = mortalKube(kube, { last, reachesServer: deaths.length % 2 === 0, versions });
    const end = new AbortController();
    const ended = live(mortal.kube, end.signal);
    const wrote = await Promise.race([mortal.death, untilQuiet(options, deadline)]);
    end.abort();
    await ended;
    if (wrote === undefined) return deaths;
    deaths.push(wrote);
  }
}

/** Longer than a status may wait that changed in its words only. */
const settledMs = 3_000;

/** Until it is done, and has been for a while in which a process that lives would have found something to change. */
export async function untilQuiet(
  { isDone, whatIsLeft }: Pick<LivesOptions, "isDone" | "whatIsLeft">,
  deadline: number,
): Promise<undefined> {
  let since = 0;
  while (Date.now() < deadline) {
    if (!(await isDone())) since = 0;
    else if (since === 0) since = Date.now();
    else if (Date.now() - since > settledMs) return;
    await pause(100);
  }
  throw new Error(`The processes did not come to an end of their work:\n${await whatIsLeft()}`);
}
