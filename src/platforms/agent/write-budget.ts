/** How many writes each host may cause within a minute. An installation takes five. */
const most = 12;
const windowMs = 60_000;

/** Keeps one host from filling the management cluster's etcd. */
export class WriteBudget {
  readonly #spent = new Map<string, { since: number; count: number }>();

  /** Whether this host may cause another write now; if so, it is counted. */
  take(host: string, now: Date): boolean {
    const time = now.getTime();
    const entry = this.#spent.get(host);
    if (!entry || time - entry.since >= windowMs) {
      this.#forgetBefore(time - windowMs);
      this.#spent.set(host, { since: time, count: 1 });
      return true;
    }
    entry.count++;
    return entry.count <= most;
  }

  #forgetBefore(time: number): void {
    for (const [host, { since }] of this.#spent) if (since <= time) this.#spent.delete(host);
  }
}
