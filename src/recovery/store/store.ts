/**
 * Where backups are kept: objects by key below the location's prefix. A key is names with slashes between them, each of
 * letters, digits, `.`, `_` and `-`, with a letter or digit in front.
 */
export interface Store {
  /** Whole or not at all; what an earlier one left unfinished is taken up again or removed. */
  put(key: string, body: AsyncIterable<Uint8Array>, options: PutOptions): Promise<void>;
  /** Throws a StoreError with the reason NotInStore where there is none. */
  get(key: string, options: { signal: AbortSignal }): Promise<AsyncIterable<Uint8Array>>;
  /** Whole objects whose keys begin with `prefix`, in no order. */
  list(prefix: string, options: { signal: AbortSignal }): AsyncIterable<StoredObject>;
  /** What is not there is no error; what a `put` of that key left unfinished goes, too. */
  delete(key: string, options: PutOptions): Promise<void>;
}

export interface PutOptions {
  signal: AbortSignal;
  /**
   * Nothing larger than some megabytes has ever been put under this key, so that nothing of it is unfinished: half as many
   * requests.
   */
  small?: boolean;
}

/** What a store has under a key. */
export interface StoredObject {
  key: string;
  bytes: number;
  /** RFC 3339. */
  modified: string;
}
