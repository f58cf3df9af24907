import type { Secret } from "../kube/kinds.ts";
import { createAuthority, endOf, fingerprintOf, type KeyPair, startOf } from "../pki/certificate.ts";
import { textOf } from "./text-of.ts";

/** A signer as its Secret holds it. */
export interface SignerState {
  /** What signs. */
  current: KeyPair;
  /** What is going to sign once everything trusts it. */
  next?: KeyPair;
  /** Certificates of authorities that signed before, and are trusted still. */
  previous: string[];
  /** Since when the present one signs, where another did before. */
  signsSince?: Date;
  /** The wish to rotate that was fulfilled last: the value of the annotation. */
  rotated?: string;
}

/** On the Secret of a signer: any new value makes another authority take over, in two steps. */
export const rotateAnnotation = "hypershift.openshift.io/rotate";
const rotatedAnnotation = "hypershift.openshift.io/rotated";
const signsSinceAnnotation = "hypershift.openshift.io/signs-since";

/** How long a successor is trusted before it signs: until files of pods are renewed and programs have read them. */
export const usualTrustFirstMs = 10 * 60_000;

/** What the Secret of a signer holds; its present pair is known to be whole. */
export function signerOf(secret: Secret | undefined, current: KeyPair): SignerState {
  const certificate = textOf(secret, "next-ca.crt");
  const key = textOf(secret, "next-ca.key");
  const previous = textOf(secret, "previous-ca.crt")?.match(/-----BEGIN [\s\S]+?-----END CERTIFICATE-----\n/g) ?? [];
  const since = secret?.metadata?.annotations?.[signsSinceAnnotation];
  return {
    current,
    ...(certificate && key && { next: { certificate, key } }),
    previous,
    ...(since && { signsSince: new Date(since) }),
    rotated: secret?.metadata?.annotations?.[rotatedAnnotation],
  };
}

/** True where a rotation of the signer in this Secret was asked for that has not begun. */
export function isRotationAsked({ metadata }: Secret): boolean {
  const wish = metadata?.annotations?.[rotateAnnotation];
  return wish !== undefined && wish !== metadata?.annotations?.[rotatedAnnotation];
}

/** What decides whether a signer is rotated. */
export interface RotationFacts {
  now: Date;
  /** The longest that what it signs lives. */
  longestMs: number;
  /** How long its successor has to be trusted before it signs. */
  trustFirstMs: number;
  /** How long its predecessor is trusted after the successor began to sign. */
  dropAfterMs: number;
  /** The value of the annotation that asks for a rotation. */
  wish?: string;
  /** Whether every program runs with the files that it is to have now. */
  upToDate: boolean;
  /** Fingerprints that the durable record has of it. */
  recorded: readonly string[];
}

/**
 * The signer after the next step of its rotation, and why; nothing where there is none to take. First its successor is
 * only trusted. That signs when everything has had the time to trust it and the durable record knows it. The former
 * authority is trusted as long after that as what it signed may be needed.
 */
export function rotated(
  name: string,
  signer: SignerState,
  { now, wish, longestMs, upToDate, recorded, trustFirstMs, dropAfterMs }: RotationFacts,
): { signer: SignerState; reason: string } | undefined {
  const { current, next, previous, signsSince } = signer;
  if (next) {
    const trusted = now.getTime() - startOf(next.certificate).getTime() >= trustFirstMs;
    if (!trusted || !upToDate || !recorded.includes(fingerprintOf(next.certificate))) return;
    const former = [current.certificate, ...previous];
    const after = { ...signer, current: next, next: undefined, previous: former, signsSince: now };
    return { signer: after, reason: "its successor signs" };
  }
  if (previous.length > 0 && now.getTime() - (signsSince ?? now).getTime() >= dropAfterMs) {
    return { signer: { ...signer, previous: [] }, reason: "its predecessor is trusted no longer" };
  }
  const wished = wish !== undefined && wish !== signer.rotated;
  // Whatever it signs from now on is to end before it does.
  const ends = endOf(current.certificate).getTime() - now.getTime() < 2 * longestMs;
  if (!wished && !ends) return;
  const successor = { ...signer, next: createAuthority(name, now), rotated: wish ?? signer.rotated };
  return { signer: successor, reason: "its successor is trusted first" };
}

/** Everything that counts as this signer, oldest first: a bundle changes when one comes or goes, not when they swap. */
export function trustedCertificates({ current, next, previous }: SignerState): string[] {
  const all = [current.certificate, ...(next ? [next.certificate] : []), ...previous];
  return all.sort((a, b) => startOf(a).getTime() - startOf(b).getTime());
}

/** What the Secret of a signer is to hold. */
export function signerTexts({ current, next, previous }: SignerState): Record<string, string> {
  return {
    "ca.crt": current.certificate,
    "ca.key": current.key,
    ...(next && { "next-ca.crt": next.certificate, "next-ca.key": next.key }),
    ...(previous.length > 0 && { "previous-ca.crt": previous.join("") }),
  };
}

/** What the Secret of a signer is to say of its rotation. */
export function signerAnnotations({ rotated, signsSince }: SignerState): Record<string, string> {
  return {
    ...(rotated !== undefined && { [rotatedAnnotation]: rotated }),
    ...(signsSince && { [signsSinceAnnotation]: signsSince.toISOString() }),
  };
}
