import type { Secret } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { issuedAtAnnotation } from "./issued-at-annotation.ts";

/** True where half of the token's time is over: it is to be valid, and old, whenever it is tried. */
export function isWornOut(secret: Secret, now: Date): boolean {
  const from = Date.parse(secret.metadata?.annotations?.[issuedAtAnnotation] ?? "");
  const to = Date.parse(textOf(secret, "expiresAt") ?? "");
  return !textOf(secret, "token") || !(now.getTime() < (from + to) / 2);
}
