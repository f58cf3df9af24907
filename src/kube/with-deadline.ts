export interface Deadline {
  /** How long the work may take. */
  ms: number;
  /** Aborts when the process is to end; the work then has `stopMs` left. */
  stop: AbortSignal;
  stopMs: number;
  /** How long work that was aborted may take to end. After that it is left alone. */
  graceMs: number;
  /** Told of work that was left alone, which may end some day all the same. */
  onStuck: (work: Promise<unknown>) => void;
}

/** Does the work, and tells it by its signal when its time is over. Ends soon after that, whether or not the work heeds it. */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { ms, stop, stopMs, graceMs, onStuck }: Deadline,
): Promise<T> {
  const over = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const after = (time: number, act: () => void) => timers.push(setTimeout(act, time));
  const hurry = () => after(stopMs, () => over.abort(new Error("It did not end before the process had to")));
  after(ms, () => over.abort(new Error(`It did not end within ${ms / 1000} s`)));
  if (stop.aborted) hurry();
  stop.addEventListener("abort", hurry, { once: true });
  const working = work(over.signal);
  const leftAlone = new Promise<never>((_, reject) => {
    over.signal.addEventListener("abort", () =>
      after(graceMs, () => {
        onStuck(working.catch(() => undefined));
        reject(over.signal.reason);
      }),
    );
  });
  try {
    return await Promise.race([working, leftAlone]);
  } finally {
    stop.removeEventListener("abort", hurry);
    for (const timer of timers) clearTimeout(timer);
  }
}
