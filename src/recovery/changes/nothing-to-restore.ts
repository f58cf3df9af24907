/** What is in the location does not give what etcd was at a time; trying again does not help. */
export class NothingToRestore extends Error {
  constructor(at: Date, why: string) {
    super(`Cannot restore to ${at.toISOString()}: ${why}`);
  }
}
