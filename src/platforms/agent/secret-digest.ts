import { createHash, timingSafeEqual } from "node:crypto";

/** SHA-256 in hexadecimal: what is kept of a secret to know it again. */
export function secretDigest(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Whether the secret is the one that this digest was made of. */
export function isDigestOf(digest: string | undefined, secret: string): boolean {
  const expected = Buffer.from(digest ?? "", "hex");
  const shown = createHash("sha256").update(secret).digest();
  return expected.length === shown.length && timingSafeEqual(expected, shown);
}
