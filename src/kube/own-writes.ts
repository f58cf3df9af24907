import { isNewer } from "./is-newer.ts";
import type { Resource } from "./resource.ts";

/**
 * What this process wrote and its watch has not brought yet: the answers of the server stand for it until then, and of
 * what was deleted only the server knows whether it is still there.
 */
export class OwnWrites<R extends Resource> {
  readonly #written = new Map<string, R>();
  /** By key, what was deleted, and whether a list has come since, which may have been made before. */
  readonly #deleted = new Map<string, { uid: string | undefined; isListed: boolean }>();

  /** The object as it was written, where the watch has not come that far. */
  get(key: string): R | undefined {
    return this.#written.get(key);
  }

  /** True where only the server can say whether the object is there. */
  isUncertain(key: string): boolean {
    return this.#deleted.has(key);
  }

  get keys(): Iterable<string> {
    return this.#written.keys();
  }

  get areUncertain(): boolean {
    return this.#deleted.size > 0;
  }

  write(key: string, object: R): void {
    const present = this.#written.get(key);
    if (!present || isNewer(versionOf(object), versionOf(present))) this.#written.set(key, object);
  }

  delete(key: string, uid: string | undefined): void {
    this.#written.delete(key);
    this.#deleted.set(key, { uid, isListed: false });
  }

  /** The watch has brought this of the object; nothing where it is gone. */
  seen(key: string, { version, object }: { version: string; object?: R }): void {
    const written = this.#written.get(key);
    if (written && !isNewer(versionOf(written), version)) this.#written.delete(key);
    const deleted = this.#deleted.get(key);
    if (!deleted) return;
    const isSame = object && object.metadata?.uid === deleted.uid;
    if (!isSame || object?.metadata?.deletionTimestamp) this.#deleted.delete(key);
  }

  /** A list has brought everything up to this version. */
  seenAll(version: string): void {
    for (const [key, object] of this.#written) if (!isNewer(versionOf(object), version)) this.#written.delete(key);
    // No answer to a deletion says its version: only the second list is asked for after it for sure.
    for (const [key, deleted] of this.#deleted) {
      if (deleted.isListed) this.#deleted.delete(key);
      deleted.isListed = true;
    }
  }

  /** The server's versions began anew. */
  clear(): void {
    this.#written.clear();
    this.#deleted.clear();
  }
}

const versionOf = (object: Resource) => object.metadata?.resourceVersion ?? "";
