/** Says in a sentence what is wrong, or nothing. */
export type Check = () => string | undefined;

/** What a process says of itself to the kubelet. Each part of it adds its checks. */
export class Health {
  /** What only a new start can mend. Never that somebody else is away: a restart does not bring them back. */
  readonly alive = new Set<Check>();
  /** What has to be there before it does its work; one that waits for its turn to lead is ready. */
  readonly ready = new Set<Check>();
}
