import { type Change, sizeOf } from "./change.ts";

/** So many bytes of keys and values, in base64, or so many changes: far less than the database may hold. */
const usualLimits = { bytes: 1024 ** 3, changes: 200_000 };

/** Tells when an etcd in which changes are made once more is to forget what they have overwritten: its room is bounded. */
export class Compacting {
  readonly #limits: typeof usualLimits;
  #bytes = 0;
  #changes = 0;
  #compacted = 0;

  constructor(limits = usualLimits) {
    this.#limits = limits;
  }

  /** The revision up to which it was due last. */
  get compacted(): number {
    return this.#compacted;
  }

  /** Whether it is due once this change has been made. */
  isDueWith(change: Change): boolean {
    this.#bytes += sizeOf(change);
    this.#changes += 1;
    if (this.#bytes < this.#limits.bytes && this.#changes < this.#limits.changes) return false;
    [this.#bytes, this.#changes, this.#compacted] = [0, 0, change.revision];
    return true;
  }
}
