/** Ends the command with the exit status of a program that it ran, which has said itself what there is to say. */
export class ExitStatus extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`The program ended with exit status ${status}`);
    this.status = status;
  }
}
