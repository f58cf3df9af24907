import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from "node:crypto";
import { parseAddress } from "../api/address.ts";
import {
  bitString,
  boolean,
  element,
  fromPem,
  integer,
  objectIdentifier,
  octetString,
  read,
  sequence,
  set,
  time,
  toPem,
  utf8String,
} from "./der.ts";

// Certificates are put together here and not with @peculiar/x509: one of these processes runs per hosted cluster, and
// that library costs 28 MB resident in each once it has signed (measured), and a tenth of the time that a new control
// plane may take. Its parser checks ours in the tests.

/** What somebody wants certified. */
export interface CertificateProfile {
  commonName: string;
  organizations?: string[];
  dnsNames?: string[];
  /** IP addresses. */
  addresses?: string[];
  usages: ("server" | "client")[];
}

/** A certificate and its private key, PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

const day = 86_400_000;
/** How long an authority is valid. */
export const authorityMs = 3650 * day;

/** How long a leaf is valid, and how long before its end it is signed again. */
export interface Lifetime {
  leafMs: number;
  renewBeforeMs: number;
}
export const usualLifetime: Lifetime = { leafMs: 365 * day, renewBeforeMs: 30 * day };

/** A new authority that signs itself. */
export function createAuthority(commonName: string, now: Date, lifeMs = authorityMs): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = certificateBody({
    issuer: name({ commonName }),
    subject: name({ commonName }),
    extensions: authorityExtensions(publicKey),
    publicKey,
    ...validity(now, lifeMs),
  });
  return { certificate: signed(body, privateKey), key: pem(privateKey) };
}

/**
 * A certificate for the key of an authority by the one before it: whoever trusts only that one accepts what the new one
 * signed where this comes along with it. It ends with the former one.
 */
export function bridgeTo(authority: string, former: KeyPair, now: Date): string {
  const publicKey = createPublicKey(authority);
  const { subject, notAfter } = bodyFacts(certificateParts(former.certificate)[0]);
  const body = certificateBody({
    issuer: subject,
    subject: bodyFacts(certificateParts(authority)[0]).subject,
    extensions: authorityExtensions(publicKey, createPublicKey(former.certificate)),
    publicKey,
    ...validity(now, 0),
    notAfter,
  });
  return signed(body, createPrivateKey(former.key));
}

/** A certificate for this profile; `key` is an existing private key to go on with. */
export function issue(
  profile: CertificateProfile,
  authority: KeyPair,
  now: Date,
  key?: string,
  { leafMs }: Pick<Lifetime, "leafMs"> = usualLifetime,
): KeyPair {
  const privateKey = key ? createPrivateKey(key) : newKey();
  const publicKey = createPublicKey(privateKey);
  const body = leafBody(profile, authority, publicKey, validity(now, leafMs));
  return { certificate: signed(body, createPrivateKey(authority.key)), key: pem(privateKey) };
}

/** A certificate for somebody else's public key (PEM). */
export function certify(
  profile: CertificateProfile,
  publicKey: string,
  authority: KeyPair,
  now: Date,
  { leafMs }: Pick<Lifetime, "leafMs">,
): string {
  const body = leafBody(profile, authority, createPublicKey(publicKey), validity(now, leafMs));
  return signed(body, createPrivateKey(authority.key));
}

/**
 * Why this pair has to be signed again, or nothing while it is as it would be signed now: for this profile, by this
 * authority, and with enough of its time left.
 */
export function reasonToReissue(
  pair: Partial<KeyPair> | undefined,
  profile: CertificateProfile,
  authority: KeyPair,
  now: Date,
  { leafMs, renewBeforeMs }: Lifetime = usualLifetime,
): string | undefined {
  if (!pair?.certificate || !pair.key) return "there is none yet";
  try {
    const [body] = certificateParts(pair.certificate);
    const facts = bodyFacts(body);
    const left = facts.notAfter.getTime() - now.getTime();
    if (left < renewBeforeMs) return "it ends soon";
    // Whoever asks for shorter certificates means those that are there, too.
    if (left > leafMs + clockSkewMs) return "it is valid for longer than asked for";
    const publicKey = createPublicKey(createPrivateKey(pair.key));
    // The names, usages and authority are right where signing again would sign the very same bytes.
    if (!leafBody(profile, authority, publicKey, facts).equals(body)) return "its names, usages or authority changed";
    return isIssuedBy(pair.certificate, authority.certificate) ? undefined : "its authority changed";
  } catch {
    return "it cannot be read";
  }
}

/** SHA-256 of a certificate in DER, in hexadecimal, as `openssl x509 -fingerprint -sha256` has it. */
export function fingerprintOf(certificate: string): string {
  return createHash("sha256").update(fromPem(certificate, "CERTIFICATE")).digest("hex");
}

/** True where this is a certificate and the private key that belongs to it. */
export function isPair(pair: Partial<KeyPair>): pair is KeyPair {
  try {
    const certified = createPublicKey(pair.certificate ?? "").export({ type: "spki", format: "pem" });
    return certified === publicKeyOf(pair.key ?? "");
  } catch {
    return false;
  }
}

/** True where the authority with this certificate signed the other one. */
export function isIssuedBy(certificate: string, authority: string): boolean {
  try {
    const [body, , signature] = certificateParts(certificate);
    return verify("sha256", body, createPublicKey(authority), signature);
  } catch {
    return false;
  }
}

/** When this certificate began to be valid. */
export function startOf(certificate: string): Date {
  return bodyFacts(certificateParts(certificate)[0]).notBefore;
}

/** When this certificate ends. */
export function endOf(certificate: string): Date {
  return bodyFacts(certificateParts(certificate)[0]).notAfter;
}

/** A new ECDSA P-256 private key, PEM, as service accounts' tokens are signed with. */
export function createSigningKey(): { key: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { key: pem(privateKey), publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() };
}

/** SHA-256 of a public key in DER, in hexadecimal. */
export function fingerprintOfKey(publicKey: string): string {
  return createHash("sha256")
    .update(createPublicKey(publicKey).export({ type: "spki", format: "der" }))
    .digest("hex");
}

/** The public key that belongs to a private key of any kind, both PEM. */
export function publicKeyOf(key: string): string {
  return createPublicKey(createPrivateKey(key)).export({ type: "spki", format: "pem" }).toString();
}

interface Validity {
  serial: Buffer;
  notBefore: Date;
  notAfter: Date;
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function pem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Clocks of machines differ a little. */
export const clockSkewMs = 60_000;

function validity(now: Date, ms: number): Validity {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return { serial, notBefore: new Date(now.getTime() - clockSkewMs), notAfter: new Date(now.getTime() + ms) };
}

function leafBody(profile: CertificateProfile, authority: KeyPair, publicKey: KeyObject, times: Validity): Buffer {
  const issuer = bodyFacts(certificateParts(authority.certificate)[0]);
  return certificateBody({
    ...times,
    issuer: issuer.subject,
    subject: name(profile),
    publicKey,
    extensions: leafExtensions(profile, publicKey, createPublicKey(authority.certificate)),
  });
}

const signatureAlgorithm = sequence(objectIdentifier("1.2.840.10045.4.3.2"));

function signed(body: Buffer, key: KeyObject): string {
  return toPem(sequence(body, signatureAlgorithm, bitString(sign("sha256", body, key))), "CERTIFICATE");
}

function certificateBody(
  parts: Validity & { issuer: Buffer; subject: Buffer; publicKey: KeyObject; extensions: Buffer },
): Buffer {
  return sequence(
    element(0xa0, integer(Buffer.from([2]))),
    integer(parts.serial),
    signatureAlgorithm,
    parts.issuer,
    sequence(time(parts.notBefore), time(parts.notAfter)),
    parts.subject,
    parts.publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, parts.extensions),
  );
}

function name({ commonName, organizations = [] }: { commonName: string; organizations?: string[] }): Buffer {
  const attribute = (type: string, value: string) => set(sequence(objectIdentifier(type), utf8String(value)));
  return sequence(...organizations.map((o) => attribute("2.5.4.10", o)), attribute("2.5.4.3", commonName));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** As RFC 5280 4.2.1.2 computes it, with SHA-256 in place of SHA-1. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest().subarray(0, 20);
}

const keyUsage = (bits: number, unused: number) => extension("2.5.29.15", true, bitString(Buffer.from([bits]), unused));
const usageIds = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" };

function authorityExtensions(publicKey: KeyObject, authorityKey?: KeyObject): Buffer {
  return sequence(
    extension("2.5.29.19", true, sequence(boolean(true))),
    // keyCertSign and cRLSign, and digitalSignature as Go's own authorities have it.
    keyUsage(0x86, 1),
    extension("2.5.29.14", false, octetString(keyIdentifier(publicKey))),
    ...(authorityKey ? [authorityIdentifier(authorityKey)] : []),
  );
}

const authorityIdentifier = (key: KeyObject) =>
  extension("2.5.29.35", false, sequence(element(0x80, keyIdentifier(key))));

function leafExtensions(profile: CertificateProfile, publicKey: KeyObject, authorityKey: KeyObject): Buffer {
  const names = [
    ...(profile.dnsNames ?? []).map((host) => element(0x82, Buffer.from(host))),
    ...(profile.addresses ?? []).map((address) => element(0x87, addressBytes(address))),
  ];
  return sequence(
    extension("2.5.29.19", true, sequence()),
    // digitalSignature; keyEncipherment is for RSA only.
    keyUsage(0x80, 7),
    extension("2.5.29.37", false, sequence(...profile.usages.map((usage) => objectIdentifier(usageIds[usage])))),
    extension("2.5.29.14", false, octetString(keyIdentifier(publicKey))),
    authorityIdentifier(authorityKey),
    ...(names.length > 0 ? [extension("2.5.29.17", false, sequence(...names))] : []),
  );
}

/** The four or sixteen bytes of an IP address. */
function addressBytes(text: string): Buffer {
  const address = parseAddress(text.replace(/%.*/, ""));
  if (!address) throw new Error(`Cannot put "${text}" into a certificate as an address: it is no IP address`);
  return Buffer.from(address.value.toString(16).padStart(address.family === 4 ? 8 : 32, "0"), "hex");
}

/** A certificate's signed bytes, algorithm and signature. */
function certificateParts(certificate: string): [Buffer, Buffer, Buffer] {
  const [outer] = read(fromPem(certificate, "CERTIFICATE"));
  const [body, algorithm, signature] = read(outer?.content ?? Buffer.alloc(0));
  if (!body || !algorithm || !signature) throw new Error("Cannot read the certificate: a part is missing");
  return [body.raw, algorithm.raw, signature.content.subarray(1)];
}

function bodyFacts(body: Buffer): Validity & { subject: Buffer } {
  const [outer] = read(body);
  const [, serial, , , times, subject] = read(outer?.content ?? Buffer.alloc(0));
  const [notBefore, notAfter] = read(times?.content ?? Buffer.alloc(0));
  if (!serial || !subject || !notBefore || !notAfter)
    throw new Error("Cannot read the certificate: a field is missing");
  return {
    serial: serial.content,
    subject: subject.raw,
    notBefore: timeOf(notBefore.tag, notBefore.content),
    notAfter: timeOf(notAfter.tag, notAfter.content),
  };
}

function timeOf(tag: number, content: Buffer): Date {
  const digits = content.toString();
  const century = tag === 0x18 ? "" : Number(digits.slice(0, 2)) < 50 ? "20" : "19";
  const [year, month, day, hour, minute, second] =
    /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z/.exec(century + digits)?.slice(1) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
