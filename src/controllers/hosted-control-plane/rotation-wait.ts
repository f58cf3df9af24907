import { awaitedBy } from "../../control-plane/awaited-by.ts";
import type { Signer } from "../../control-plane/certificates.ts";

/** What these signers' rotations wait for, in a sentence; `behind` are the programs that are not rolled out. */
export function rotationWait(rotating: readonly Signer[], behind: readonly string[]): string {
  const message = `A successor of ${rotating.join(", ")} is trusted first, and signs then`;
  const awaited = behind.filter((name) => rotating.some((signer) => awaitedBy(signer, [name]).length > 0));
  return awaited.length === 0
    ? message
    : `${message}, once every replica of ${awaited.join(", ")} is up to date and ready`;
}
