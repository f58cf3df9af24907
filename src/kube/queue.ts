/** What a pass wants next: nothing, another pass after a time, or one after a backoff. `gone`: there is no such object. */
export type Next = { afterMs: number } | "failed" | "gone" | undefined;

export interface QueueOptions {
  work: (key: string) => Promise<Next>;
  workers?: number;
  firstBackoffMs?: number;
  longestBackoffMs?: number;
  /** The least time between two passes of one key: a burst of changes is one pass. */
  gapMs?: number;
}

/** What a timer can count; it would fire at once on more. */
const longestTimerMs = 2 ** 31 - 1;

interface Entry {
  /** Waiting for its time, for a worker, or being worked on. */
  state: "delayed" | "ready" | "running";
  timer?: NodeJS.Timeout;
  dueAt: number;
  /** Added again while it ran. */
  again: boolean;
  failures: number;
  endedAt: number;
}

/**
 * Keys to work on: each at most once in the queue, at most one pass per key at a time, and some keys side by side.
 * A key added during its pass gets another one afterwards. A failing key is tried again later and later.
 */
export class Queue {
  readonly #options: Required<QueueOptions>;
  readonly #entries = new Map<string, Entry>();
  readonly #ready: string[] = [];
  #running = 0;
  #stopped = false;
  #idle: (() => void) | undefined;

  constructor(options: QueueOptions) {
    const { work, workers = 4, firstBackoffMs = 200, longestBackoffMs = 60_000, gapMs = 25 } = options;
    this.#options = { work, workers, firstBackoffMs, longestBackoffMs, gapMs };
  }

  /** As soon as possible, also where the key is waiting for a later time. */
  add(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.state === "running") {
      entry.again = true;
      return;
    }
    const gapLeft = entry ? entry.endedAt + this.#options.gapMs - performance.now() : 0;
    this.addAfter(key, Math.max(0, gapLeft));
  }

  /** Not before that time, unless `add` or an earlier time comes in between. */
  addAfter(key: string, ms: number): void {
    if (this.#stopped) return;
    const entry = this.#entry(key);
    if (entry.state === "running") return;
    const dueAt = performance.now() + ms;
    if (entry.state === "ready" || (entry.timer && entry.dueAt <= dueAt)) return;
    clearTimeout(entry.timer);
    entry.timer = undefined;
    entry.dueAt = dueAt;
    this.#wait(key, entry, ms);
  }

  #wait(key: string, entry: Entry, ms: number): void {
    const now = Math.min(ms, longestTimerMs);
    if (ms <= 0) this.#makeReady(key, entry);
    else entry.timer = setTimeout(() => this.#wait(key, entry, ms - now), now);
  }

  /** The object is gone: what was to come is dropped. A pass under way ends as usual, and a last one finds that out. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.state === "running") entry.again = true;
    if (entry?.state !== "delayed") return;
    clearTimeout(entry.timer);
    this.#entries.delete(key);
  }

  /** How many keys wait for a worker. */
  get length(): number {
    return this.#ready.length;
  }

  /** Starts no more passes; resolves when those under way have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const entry of this.#entries.values()) clearTimeout(entry.timer);
    this.#ready.length = 0;
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = {
        state: "delayed",
        dueAt: Number.POSITIVE_INFINITY,
        again: false,
        failures: 0,
        endedAt: Number.NEGATIVE_INFINITY,
      };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #makeReady(key: string, entry: Entry): void {
    entry.timer = undefined;
    entry.state = "ready";
    this.#ready.push(key);
    this.#startPasses();
  }

  #startPasses(): void {
    while (!this.#stopped && this.#running < this.#options.workers) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      const entry = this.#entries.get(key);
      if (entry) void this.#pass(key, entry);
    }
  }

  async #pass(key: string, entry: Entry): Promise<void> {
    this.#running++;
    entry.state = "running";
    entry.again = false;
    const next = await this.#options.work(key).catch(() => "failed" as const);
    entry.endedAt = performance.now();
    entry.state = "delayed";
    entry.dueAt = Number.POSITIVE_INFINITY;
    this.#running--;
    entry.failures = next === "failed" ? entry.failures + 1 : 0;
    if (entry.again) this.add(key);
    else if (next === "failed") this.addAfter(key, this.#backoffMs(entry.failures));
    else if (next === "gone") this.#entries.delete(key);
    else if (next) this.addAfter(key, next.afterMs);
    this.#startPasses();
    if (this.#stopped && this.#running === 0) this.#idle?.();
  }

  #backoffMs(failures: number): number {
    const { firstBackoffMs, longestBackoffMs } = this.#options;
    return Math.min(firstBackoffMs * 2 ** Math.min(failures - 1, 20), longestBackoffMs);
  }
}
