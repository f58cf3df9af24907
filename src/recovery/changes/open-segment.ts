import type { Store } from "../store/store.ts";
import { type Change, digestOf } from "./change.ts";
import { packed, type Segment, segmentName } from "./segment.ts";

export interface OpenSegmentOptions {
  store: Store;
  /** The history's folder. */
  path: string;
  run: string;
  /** Whom it is encrypted for; for nobody where empty. */
  recipients: readonly string[];
}

/**
 * A segment that grows: what is shipped every few seconds is put together with what was shipped before, and takes its
 * place. So a day is some hundred objects and not tens of thousands, and each is whole at any time.
 */
export class OpenSegment {
  readonly #options: OpenSegmentOptions;
  readonly #pieces: Buffer[] = [];
  #segment: Segment | undefined;
  /** What lies in the store, and is to go once there is more. */
  #stored: string | undefined;

  constructor(options: OpenSegmentOptions) {
    this.#options = options;
  }

  /** How large it is in the store, but for its encryption. */
  get bytes(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** Takes changes up; they are in the store after the next `put`. */
  add(changes: readonly Change[]): void {
    const [first, last] = [changes[0], changes.at(-1)];
    if (!first || !last) return;
    this.#pieces.push(packed(changes));
    this.#segment = {
      run: this.#options.run,
      first: this.#segment?.first ?? first.revision,
      last: last.revision,
      digest: digestOf(last),
      encrypted: this.#options.recipients.length > 0,
    };
  }

  /** Puts it into the store, whole or not at all. Can be tried again. */
  async put(signal: AbortSignal): Promise<void> {
    if (!this.#segment) return;
    const { store, path, recipients } = this.#options;
    const key = `${path}/${segmentName(this.#segment)}`;
    if (key === this.#stored) return;
    await store.put(key, await sealed(this.#pieces, recipients), { signal, small: true });
    const former = this.#stored;
    this.#stored = key;
    // What it held is in the new one. One that stays is only read in vain.
    if (former) await store.delete(former, { signal, small: true }).catch(() => {});
  }
}

async function sealed(pieces: readonly Buffer[], recipients: readonly string[]): Promise<AsyncIterable<Uint8Array>> {
  if (recipients.length === 0) return inTurn(pieces);
  // Loaded only where something is encrypted.
  const { encrypt } = await import("../store/encrypt.ts");
  return encrypt(inTurn(pieces), recipients);
}

async function* inTurn(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
