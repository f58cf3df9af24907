import type { EtcdClient } from "../../etcd/etcd-client.ts";
import type { Log } from "../../kube/controller.ts";
import { pause } from "../../kube/pause.ts";
import { acknowledgedRevision } from "../etcd/acknowledged-revision.ts";
import { type Change, digestOf, sizeOf } from "./change.ts";
import { ChangesLost, type FollowOptions, followChanges } from "./follow-changes.ts";
import { OpenSegment, type OpenSegmentOptions } from "./open-segment.ts";

/** Where a run begins, or goes on. */
export interface Start {
  run: string;
  /** The first revision that is not in the store yet. */
  next: number;
  /** Of the change before that, where there is one in the store: an etcd that has another is not what it was. */
  digest?: string;
}

export interface ShipRunOptions extends Omit<OpenSegmentOptions, "run">, Omit<FollowOptions, "from"> {
  client: Pick<EtcdClient, "call" | "stream">;
  log: Log;
  start: Start;
  /** How often changes are put into the store. */
  everyMs: number;
  /** For how long a store may be slow before etcd is not to hold what it has more: it would, without a bound. */
  holdMs?: number;
  tell: ShippingNews;
}

/** What is told while changes are shipped. */
export interface ShippingNews {
  /** All changes up to this one are in the store. */
  shipped(last: Pick<Change, "revision" | "at">): void;
  /** At this time etcd had come to this revision. */
  known(present: { revision: number; at: Date }): void;
  /** They could not be put into the store, and that is tried again. */
  failed(problem: Error): void;
}

/** How large a segment grows before another one begins. */
const segmentBytes = 64 * 1024;
/** How much may wait for a slow store, and how much is put at a time: etcd keeps the rest. */
const waitingBytes = 4 * 1024 * 1024;
/** How long one object may take: what a store has not answered in that time is tried again. */
const putMs = 60_000;
/** How long the last changes have where the program is to end, for which Kubernetes gives half a minute. */
const lastPutMs = 15_000;
const usualHoldMs = 5_000;
/** How often etcd is asked whether it has more than it told of. */
const askMs = 10_000;

/**
 * Ships one run until etcd does not tell of changes any more, or the signal aborts; what was heard of until then is put
 * into the store first. Throws `ChangesLost` where etcd does not have what comes next.
 */
export async function shipRun(options: ShipRunOptions): Promise<never> {
  const waiting = new Waiting(options.start.next - 1);
  const ended = new AbortController();
  const hearing = AbortSignal.any([options.signal, ended.signal]);
  const end = (error: Error) => {
    ended.abort();
    return error;
  };
  const why = Promise.race([hear(options, waiting, hearing).catch(end), ask(options, waiting, hearing).catch(end)]);
  try {
    await put(options, waiting, hearing);
  } finally {
    ended.abort();
  }
  throw await why;
}

/** Changes that were heard of and are not in the store yet. */
class Waiting {
  readonly #changes: Change[] = [];
  #bytes = 0;
  /** The last revision that was heard of. */
  heard: number;

  constructor(heard: number) {
    this.heard = heard;
  }

  get isFull(): boolean {
    return this.#bytes >= waitingBytes;
  }

  get isEmpty(): boolean {
    return this.#changes.length === 0;
  }

  add(change: Change): void {
    this.#changes.push(change);
    this.#bytes += sizeOf(change);
    this.heard = change.revision;
  }

  /** The oldest, as many as one object is to have. */
  take(): Change[] {
    let bytes = 0;
    const end = this.#changes.findIndex((change) => {
      bytes += sizeOf(change);
      return bytes > waitingBytes;
    });
    // One alone may be larger.
    const taken = this.#changes.splice(0, end < 0 ? this.#changes.length : Math.max(1, end));
    this.#bytes -= taken.reduce((sum, change) => sum + sizeOf(change), 0);
    return taken;
  }
}

/** Hears of changes until there are none to come; then throws why. */
async function hear({ start, ...options }: ShipRunOptions, waiting: Waiting, signal: AbortSignal): Promise<never> {
  for (let { digest } = start; await hearUntilFull(options, { digest, waiting, signal }); digest = undefined) {
    while (!waiting.isEmpty) await pause(50, signal);
  }
  throw new Error("etcd has cut the connection");
}

interface Hearing {
  /** Of the last change that is in the store, which is heard of once more, to be compared. */
  digest: string | undefined;
  waiting: Waiting;
  signal: AbortSignal;
}

/** Whether it ended because the store has been slow for too long; otherwise etcd ended it. */
async function hearUntilFull(
  options: Omit<ShipRunOptions, "start">,
  { digest, waiting, signal }: Hearing,
): Promise<boolean> {
  const { holdMs = usualHoldMs } = options;
  const from = digest ? waiting.heard : waiting.heard + 1;
  for await (const changes of followChanges({ ...options, from, signal })) {
    for (const change of changes) {
      if (digest && digestOf(change) !== digest) {
        throw new ChangesLost(`etcd has another revision ${change.revision} than it had: it has been put back`);
      }
      if (!digest) waiting.add(change);
      digest = undefined;
    }
    for (const until = Date.now() + holdMs; waiting.isFull; await pause(50, signal)) {
      if (Date.now() > until) return true;
    }
  }
  return false;
}

/** A member that was cut off from the others is silent, and so is one that was put back to before what it is asked for. */
async function ask(options: ShipRunOptions, waiting: Waiting, signal: AbortSignal): Promise<never> {
  const { client, host, start, now, tell } = options;
  for (let before = -1; ; before = waiting.heard) {
    const at = now();
    const revision = await acknowledgedRevision(client, host);
    if (revision < start.next - 1) {
      throw new ChangesLost(`etcd is at revision ${revision}, and was at ${start.next - 1}: it has been put back`);
    }
    tell.known({ revision, at });
    await pause(askMs, signal);
    if (waiting.heard < revision && waiting.heard === before && waiting.isEmpty) {
      throw new Error(`etcd is at revision ${revision}, and does not tell of what came after ${before}`);
    }
  }
}

/** Puts changes into the store until none will come any more. */
async function put(options: ShipRunOptions, waiting: Waiting, hearing: AbortSignal): Promise<void> {
  const { start, everyMs, signal, log, now, tell } = options;
  const last = new AbortController();
  signal.addEventListener("abort", () => setTimeout(() => last.abort(), lastPutMs).unref(), { once: true });
  let segment: OpenSegment | undefined;
  while (!hearing.aborted || !waiting.isEmpty) {
    // It has ended, or is to end: what is left is put at once.
    if (!waiting.isFull) await pause(everyMs, hearing).catch(() => {});
    const changes = waiting.take();
    const newest = changes.at(-1);
    if (!newest) continue;
    segment ??= new OpenSegment({ ...options, run: start.run });
    segment.add(changes);
    for (let tries = 1; ; tries++) {
      try {
        await segment.put(AbortSignal.any([last.signal, AbortSignal.timeout(putMs)]));
        break;
      } catch (error) {
        if (last.signal.aborted) throw error;
        tell.failed(error as Error);
        log.warn({ error, tries }, "changes could not be put into the location");
        await pause(Math.min(tries * 1_000, 10_000), last.signal);
      }
    }
    tell.shipped(newest);
    log.debug({ revision: newest.revision, behindMs: now().getTime() - Date.parse(newest.at) }, "changes shipped");
    if (segment.bytes >= segmentBytes) segment = undefined;
  }
}
