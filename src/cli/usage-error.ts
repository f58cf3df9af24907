/** What the user typed cannot be done as it stands: one sentence on stderr, exit status 2, nothing created. */
export class UsageError extends Error {
  /** What to do about it, where the message alone does not say. */
  readonly hint?: string;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
