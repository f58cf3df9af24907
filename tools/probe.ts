import type { Observed } from "../e2e/long/long-test.ts";
import { pause } from "../src/kube/pause.ts";

/** One kind of request, asked again and again in a long test, and for how long it failed. */
export class Probe {
  readonly what: string;
  /** What went wrong and when, one line each. */
  readonly failures: string[] = [];
  readonly #ask: () => Promise<void>;
  #asked = 0;
  #failingSince: number | undefined;
  #outageMs = 0;

  constructor(what: string, ask: () => Promise<void>) {
    this.what = what;
    this.#ask = ask;
  }

  async run(signal: AbortSignal, everyMs = 500): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      const error = await this.#ask().then(
        () => undefined,
        (reason: Error) => reason,
      );
      this.note(began, performance.now(), error);
      await pause(everyMs);
    }
  }

  /** One request, which began and ended then, and failed where there is an error. */
  note(began: number, ended: number, error?: Error): void {
    this.#asked++;
    if (error) {
      this.#failingSince ??= began;
      this.failures.push(`${new Date().toISOString()} ${error.message.split("\n")[0]}`);
    }
    this.#outageMs = Math.max(this.#outageMs, ended - (this.#failingSince ?? ended));
    if (!error) this.#failingSince = undefined;
  }

  /** The longest outage; nothing where no request failed. */
  get outageMs(): number | undefined {
    return this.failures.length > 0 ? this.#outageMs : undefined;
  }

  /** The longest outage, healed where the last request was answered. */
  observed(during: string): Observed {
    return {
      fault: `${this.what}, ${during}`,
      ...(this.failures.length > 0 && {
        outageMs: this.#outageMs,
        ...(this.#failingSince === undefined && { healedInMs: this.#outageMs }),
        failure: `${this.failures.length} of ${this.#asked} failed`,
      }),
    };
  }
}
