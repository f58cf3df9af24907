/** What work that takes a while says of itself. `Out` and `Progress` of the command line are of this shape. */
export interface Progress {
  /** What is being done right now, and how much is left. */
  update(detail: string): void;
  /** What stands behind the title once the work is done. */
  result(detail: string): void;
  /** A part of this work. Parts may run at the same time. */
  step<T>(title: string, work: (progress: Progress) => Promise<T> | T): Promise<T>;
}

/** Where whole pieces of work are shown. */
export type Steps = Pick<Progress, "step">;
