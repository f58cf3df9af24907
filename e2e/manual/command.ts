/** A command of the manual, as it stands there. */
export interface ManualCommand {
  /** Its line in the manual's text. */
  line: number;
  /** For the shell, in which variables of earlier commands are set. What the manual has in <angle brackets> is a variable, too. */
  run: string;
  /** What is typed at what it opens. */
  typed?: string;
  /** Where the command only shows what an administrator waits for: the condition, as a command that succeeds once it is so. */
  until?: string;
  /** It fails: why, and in which issue that is mended. The test fails once it does not fail any more. */
  fails?: { saying: string; because: string };
}
