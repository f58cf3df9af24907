import { createHash } from "node:crypto";
import type { Lifetime } from "./certificate.ts";

/**
 * The same lifetime, renewed up to as long again before the end, by a share that follows from the name: certificates
 * that were made together are not all signed again together, and each always at the same time.
 */
export function spreadRenewal(name: string, { leafMs, renewBeforeMs }: Lifetime): Lifetime {
  const share = createHash("sha256").update(name).digest().readUInt32BE(0) / 2 ** 32;
  // Half of what is left, so that no new certificate is due at once.
  const room = Math.min(renewBeforeMs, (leafMs - renewBeforeMs) / 2);
  return { leafMs, renewBeforeMs: renewBeforeMs + share * room };
}
