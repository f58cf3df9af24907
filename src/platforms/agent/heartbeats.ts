/** When each host was last heard of, since this process started: not worth a write for each. */
export class Heartbeats {
  readonly #started: Date;
  readonly #seen = new Map<string, Date>();

  constructor(started: Date) {
    this.#started = started;
  }

  heard(host: string, now: Date): void {
    this.#seen.set(host, now);
  }

  /** A host that was not heard of since the start gets the time since then, because nobody could hear it before. */
  lastHeard(host: string): Date {
    return this.#seen.get(host) ?? this.#started;
  }

  /** Whether the host has called this very process. */
  hasCalled(host: string): boolean {
    return this.#seen.has(host);
  }

  forget(host: string): void {
    this.#seen.delete(host);
  }
}
