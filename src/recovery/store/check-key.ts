import { StoreError } from "./store-error.ts";

const name = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Returns the key where every store can have an object under it, and nothing outside of the location is meant. */
export function checkKey(key: string): string {
  if (key.length <= 900 && key.split("/").every((part) => part.length <= 200 && name.test(part))) return key;
  throw new StoreError(
    "StoreFailed",
    `No object can be kept under the key ${JSON.stringify(key)}; use names of letters, digits, ".", "_" and "-" with slashes between them.`,
  );
}
