/** One fault that was tried, and what came of it: a row of the table. */
export interface Observed {
  /** What was done: "one member's volume lost". */
  fault: string;
  /** For how long requests failed; nothing where none was made. */
  outageMs?: number;
  /** How much of what was acknowledged was gone afterwards; nothing where nothing was written. */
  lost?: number;
  /** Which condition named the cause; nothing where none was waited for. */
  told?: string;
  /** From the fault to the condition. */
  toldInMs?: number;
  /** From the fault (or from its mend, where somebody has to mend it) to everything being as before; nothing where it never was. */
  healedInMs?: number;
  /** Why this counts as failed, in a sentence; nothing where it passed. */
  failure?: string;
}

/** What a long test is given. */
export interface LongTestContext {
  /** Aborts when the user ends the run: what was begun is taken back. */
  signal: AbortSignal;
  /** Says how far it is. */
  say: (line: string) => void;
}

/** A test that takes too long for every change: a file of `e2e/long/`, run by `npm run test:long -- <name>`. */
export interface LongTest {
  /** What it proves, as a heading. */
  title: string;
  /** Runs on the local environment, which is up. Gives a row for each fault; throws where it could not try. */
  run: (context: LongTestContext) => Promise<Observed[]>;
}
