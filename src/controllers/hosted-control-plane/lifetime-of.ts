import { goDurationMs } from "../../api/go-duration.ts";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { authorityMs, type Lifetime, usualLifetime } from "../../pki/certificate.ts";

const shortestMs = 60_000;
/** A signer makes way for a successor while twice this is left of it: of more, each would do so at once. */
const longestMs = authorityMs / 4;
/** Renewals are this far from the beginning and from the end, or certificates would be signed again all the time. */
const leastMs = shortestMs / 3;

/**
 * How long the control plane's certificates are valid: the annotation `certificate-validity` (a duration such as
 * `2h30m`), and how much of that is left when they are renewed: `certificate-renewal`, a number between 0 and 1.
 * What cannot be read counts as absent, and what is too much or too little as the most or the least that is possible.
 */
export function lifetimeOf({ metadata }: HostedControlPlane): Lifetime {
  const annotation = (name: string) => metadata?.annotations?.[`hypershift.openshift.io/${name}`];
  const asked = goDurationMs(annotation("certificate-validity")) ?? 0;
  const share = Number(annotation("certificate-renewal") ?? Number.NaN);
  const leafMs = asked >= shortestMs ? Math.min(asked, longestMs) : usualLifetime.leafMs;
  const usualShare = asked >= shortestMs ? 1 / 3 : usualLifetime.renewBeforeMs / usualLifetime.leafMs;
  const renewBeforeMs = leafMs * (share > 0 && share < 1 ? share : usualShare);
  return { leafMs, renewBeforeMs: Math.min(Math.max(renewBeforeMs, leastMs), leafMs - leastMs) };
}

/** How often certificates are looked at: several times in the while in which they are to be renewed. */
export function lookAgainMs(hcp: HostedControlPlane): number {
  return Math.min(3 * 3600_000, lifetimeOf(hcp).renewBeforeMs / 4);
}
