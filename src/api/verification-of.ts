import { createHash } from "node:crypto";

/**
 * What a request to read a backup again is called in its status. The annotation's value is the user's: as a program's
 * argument it would be another one where it holds `$$`, and a status has no room for a long one.
 */
export function verificationOf(asked: string): string {
  return createHash("sha256").update(asked).digest("hex").slice(0, 24);
}
