import { createHash } from "node:crypto";

/**
 * What a key (base64) is called where the API server is told of it. The name is written with all that the key encrypts,
 * so it follows from the key alone: whatever Secret has the key, in whatever cluster, it decrypts.
 */
export function keyName(secret: string): string {
  return createHash("sha256").update(Buffer.from(secret, "base64")).digest("hex").slice(0, 16);
}
