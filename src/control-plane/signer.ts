import type { Secret } from "../kube/kinds.ts";
import { textOf } from "../kube/text-of.ts";
import {
  bridgeTo,
  clockSkewMs,
  createAuthority,
  endOf,
  fingerprintOf,
  type KeyPair,
  startOf,
} from "../pki/certificate.ts";
import { certificatesIn } from "../pki/certificates-in.ts";

/** A signer as its Secret holds it. */
export interface SignerState {
  /** What signs. */
  current: KeyPair;
  /** What is going to sign once everything trusts it. */
  next?: KeyPair;
  /** Certificates of authorities that signed before, and are trusted still. */
  previous: string[];
  /** Certificates for what signs, and for those before it, each by its predecessor; for those who trust only that. */
  bridges: string[];
  /** Since when the present one signs, where another did before. */
  signsSince?: Date;
  /** The wish to rotate that was fulfilled last: the value of the annotation. */
  rotated?: string;
  /**
   * Whether the present rotation is to have refused what was signed before it, as soon as that can be; nothing where a
   * former release began it.
   */
  revokes?: boolean;
}

/** On the Secret of a signer: any new value makes another authority take over, in two steps. */
export const rotateAnnotation = "hypershift.openshift.io/rotate";
const rotatedAnnotation = "hypershift.openshift.io/rotated";
const signsSinceAnnotation = "hypershift.openshift.io/signs-since";
const revokesAnnotation = "hypershift.openshift.io/revokes";

/** How long a successor is trusted before it signs: until files of pods are renewed and programs have read them. */
export const usualTrustFirstMs = 10 * 60_000;

/** What the Secret of a signer holds; its present pair is known to be whole. */
export function signerOf(secret: Secret | undefined, current: KeyPair): SignerState {
  const certificate = textOf(secret, "next-ca.crt");
  const key = textOf(secret, "next-ca.key");
  const { annotations } = secret?.metadata ?? {};
  const revokes = annotations?.[revokesAnnotation];
  const since = annotations?.[signsSinceAnnotation];
  return {
    current: { ...current, certificate: inLines(current.certificate) },
    ...(certificate && key && { next: { certificate: inLines(certificate), key } }),
    previous: certificatesIn(textOf(secret, "previous-ca.crt") ?? ""),
    bridges: certificatesIn(textOf(secret, "bridge-ca.crt") ?? ""),
    ...(since && { signsSince: new Date(since) }),
    rotated: annotations?.[rotatedAnnotation],
    ...(revokes && { revokes: revokes === "true" }),
  };
}

/** Such that others can follow it in one text. */
const inLines = (certificate: string) => certificatesIn(certificate).join("") || certificate;

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
  /** How long a successor is valid. */
  lifeMs: number;
  /** Whether what is signed has to be accepted by those who only trust its predecessor. */
  bridges: boolean;
  /** Whether a wish means that what it signed before is to be refused, and not only that another is to sign. */
  wishRevokes: boolean;
  /** How long its successor has to be trusted before it signs. */
  trustFirstMs: number;
  /** How long its predecessor is trusted after the successor began to sign. */
  dropAfterMs: number;
  /** The value of the annotation that asks for a rotation. */
  wish?: string;
  /** Whether only what cannot wait much longer is begun. */
  onlyUrgent: boolean;
  /** Whether every program that it has to wait for runs with the files that it is to have now. */
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
  facts: RotationFacts,
): { signer: SignerState; reason: string } | undefined {
  const { current, next, previous, signsSince } = signer;
  const { now, wish, recorded } = facts;
  const wished = wish !== undefined && wish !== signer.rotated;
  const isOnTheWay = next !== undefined || previous.length > 0;
  // Former releases did not write down whether a rotation was wished for.
  const revokes = signer.revokes ?? (facts.wishRevokes && isOnTheWay && wish !== undefined && !wished);
  const asked = { rotated: wish ?? signer.rotated, ...(facts.wishRevokes && { revokes: wished || revokes }) };
  if (next) {
    // A wish that comes meanwhile is fulfilled by the rotation that is under way.
    const after = facts.wishRevokes ? { ...signer, ...asked } : signer;
    const madeAt = startOf(next.certificate).getTime() + clockSkewMs;
    const trusted = now.getTime() - madeAt >= facts.trustFirstMs && facts.upToDate;
    if (!(trusted || after.revokes) || !recorded.includes(fingerprintOf(next.certificate))) return;
    const bridges = facts.bridges ? [bridgeTo(next.certificate, current, now), ...signer.bridges] : [];
    const former = [current.certificate, ...previous];
    const swapped = { ...after, current: next, next: undefined, previous: former, bridges, signsSince: now };
    return { signer: swapped, reason: "its successor signs" };
  }
  const dropAfterMs = revokes ? 0 : facts.dropAfterMs;
  if (previous.length > 0 && now.getTime() - (signsSince ?? now).getTime() >= dropAfterMs) {
    const alone = { ...signer, previous: [], revokes: undefined };
    return { signer: alone, reason: "its predecessor is trusted no longer" };
  }
  const leftMs = endOf(current.certificate).getTime() - now.getTime();
  // Whatever it signs from now on is to end before it does, and whoever trusts it needs time to learn of another.
  const roomMs = Math.max(2 * facts.longestMs, facts.lifeMs / 6);
  const ends = leftMs < (facts.onlyUrgent ? roomMs / 2 : roomMs);
  // Former releases made some for longer.
  const isTooLong = leftMs > facts.lifeMs && !facts.onlyUrgent;
  if (!wished && !ends && !isTooLong) return;
  const successor = { ...signer, ...asked, next: createAuthority(name, now, facts.lifeMs) };
  return { signer: successor, reason: "its successor is trusted first" };
}

/** Everything that counts as this signer, oldest first: a bundle changes when one comes or goes, not when they swap. */
export function trustedCertificates({ current, next, previous }: SignerState): string[] {
  const all = [current.certificate, ...(next ? [next.certificate] : []), ...previous];
  return all.sort((a, b) => startOf(a).getTime() - startOf(b).getTime());
}

/** What the Secret of a signer is to hold. */
export function signerTexts({ current, next, previous, bridges }: SignerState): Record<string, string> {
  return {
    "ca.crt": current.certificate,
    "ca.key": current.key,
    ...(next && { "next-ca.crt": next.certificate, "next-ca.key": next.key }),
    ...(previous.length > 0 && { "previous-ca.crt": previous.join("") }),
    ...(bridges.length > 0 && { "bridge-ca.crt": bridges.join("") }),
  };
}

/** What the Secret of a signer is to say of its rotation. */
export function signerAnnotations({ rotated, signsSince, revokes }: SignerState): Record<string, string> {
  return {
    ...(revokes !== undefined && { [revokesAnnotation]: `${revokes}` }),
    ...(rotated !== undefined && { [rotatedAnnotation]: rotated }),
    ...(signsSince && { [signsSinceAnnotation]: signsSince.toISOString() }),
  };
}
