import { createHash } from "node:crypto";

/** On pods: changes with what they read when they start, so that they start anew with it. */
export const configHashAnnotation = "component.hypershift.openshift.io/config-hash";

/** Hexadecimal digits, 32 where not said, that change with the text. */
export function configHash(text: string, digits = 32): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
