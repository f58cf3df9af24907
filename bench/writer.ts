import { createKube } from "../src/kube/create-kube.ts";
import { ConfigMap } from "../src/kube/kinds.ts";
import { pause } from "../src/kube/pause.ts";

const namespace = "default";
/** What it writes to until the control plane is stopped, and after that: the first tells what was lost. */
const names = { before: "bench-before", after: "bench-after" };
/** One that waits for an answer holds up no other. */
const writers = 4;
const pauseMs = 20;
const patienceMs = 1_000;

/** A write that was acknowledged, in milliseconds of one clock. */
interface Acknowledged {
  to: keyof typeof names;
  begunAt: number;
  at: number;
}

/** Writes for as long as it is not ended, whether anybody answers or not. */
export class Writer {
  readonly #kubeconfig: string;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #going: Promise<unknown>;
  #to: keyof typeof names = "before";
  #isEnding = false;

  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
    this.#going = Promise.all(Array.from({ length: writers }, (_, index) => this.#go(index)));
  }

  /** From now on it writes what no backup has. */
  turn(): void {
    this.#to = "after";
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    await this.#going;
  }

  /** Ends it, and tells in seconds of what it saw. */
  async end(): Promise<{ gapSeconds: number; lossSeconds: number; servedAt: number }> {
    await this.stop();
    const kube = await this.#connect();
    const kept: number[] = [];
    for (let index = 0; index < writers; index++) {
      const found = await kube.get(ConfigMap, `${names.before}-${index}`, namespace);
      if (found?.data?.begunAt) kept.push(Number(found.data.begunAt));
    }
    kube.close();
    return { ...interruption(this.#acknowledged), lossSeconds: lossOf(this.#acknowledged, kept) };
  }

  #connect() {
    return createKube({ kubeconfig: this.#kubeconfig, fieldManager: "bench" });
  }

  async #go(index: number): Promise<void> {
    let kube = await this.#connect();
    while (!this.#isEnding) {
      const to = this.#to;
      const begunAt = performance.now();
      const metadata = { name: `${names[to]}-${index}`, namespace };
      const data = { begunAt: String(begunAt) };
      try {
        const signal = AbortSignal.timeout(patienceMs);
        await kube.apply<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata, data }, { signal });
        this.#acknowledged.push({ to, begunAt, at: performance.now() });
      } catch {
        // What a connection that nobody answers costs is not to be measured: the next one is another.
        kube.close();
        kube = await this.#connect();
      }
      await pause(pauseMs);
    }
    kube.close();
  }
}

/** The longest time without an acknowledged write, and when it was over. */
export function interruption(acknowledged: readonly Acknowledged[]): { gapSeconds: number; servedAt: number } {
  const times = acknowledged.map(({ at }) => at).toSorted((a, b) => a - b);
  let longest = { gapSeconds: 0, servedAt: 0 };
  for (const [index, at] of times.entries()) {
    const gapSeconds = (at - (times[index - 1] ?? at)) / 1000;
    if (gapSeconds > longest.gapSeconds) longest = { gapSeconds, servedAt: at };
  }
  return longest;
}

/** Of how many seconds writes were lost: from the newest that is still there to the last that was acknowledged. */
export function lossOf(acknowledged: readonly Acknowledged[], keptBegunAt: readonly number[]): number {
  const before = acknowledged.filter(({ to }) => to === "before");
  const newest = Math.max(...keptBegunAt);
  const last = Math.max(...before.map(({ begunAt }) => begunAt));
  return Math.max(0, last - newest) / 1000;
}
