import { createHash } from "node:crypto";
import { type DerElement, derContent, derElements, derInside, Tag } from "./der.ts";

/** What a PKCS#10 request asks for, as far as it matters to a kubelet's certificate. */
export interface CertificateRequest {
  commonName: string;
  organizations: string[];
  dnsNames: string[];
  ipAddresses: string[];
  emailAddresses: string[];
  uris: string[];
  /** SHA-256 of the public key, in hexadecimal: tells whether two requests are for the same key. */
  publicKeyHash: string;
}

// Object identifiers, as the bytes inside their DER element.
const oid = {
  commonName: "550403",
  organization: "55040a",
  extensionRequest: "2a864886f70d01090e",
  subjectAlternativeName: "551d11",
} as const;

/**
 * Reads the request in `spec.request` of a CertificateSigningRequest (base64 of PEM). The API server has checked its
 * signature already. Throws where anything in it is not what a kubelet writes and could be understood in two ways.
 */
export function certificateRequest(request: string): CertificateRequest {
  const [outer, ...rest] = derElements(derOfPem(Buffer.from(request, "base64").toString("latin1")));
  if (rest.length > 0) throw new Error("Cannot read the certificate request: something follows it");
  const [info] = derInside(outer, Tag.sequence);
  const [, subject, publicKey, attributes] = derInside(info, Tag.sequence);
  const names = subjectOf(subject);
  return {
    ...names,
    ...alternativeNames(attributes),
    publicKeyHash: createHash("sha256")
      .update(publicKey?.encoded ?? "")
      .digest("hex"),
  };
}

function derOfPem(pem: string): Buffer {
  const match = /^-----BEGIN CERTIFICATE REQUEST-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----\s*$/.exec(
    pem,
  );
  if (!match?.[1]) throw new Error("Cannot read the certificate request: it is not one PEM block of that type");
  return Buffer.from(match[1], "base64");
}

function subjectOf(subject: DerElement | undefined): { commonName: string; organizations: string[] } {
  const commonNames: string[] = [];
  const organizations: string[] = [];
  for (const relative of derInside(subject, Tag.sequence)) {
    for (const attribute of derInside(relative, Tag.set)) {
      const [type, value] = derInside(attribute, Tag.sequence);
      const name = derContent(type, Tag.objectIdentifier).toString("hex");
      if (name === oid.commonName) commonNames.push(text(value));
      else if (name === oid.organization) organizations.push(text(value));
      else
        throw new Error(
          "Cannot accept the certificate request: its subject has more than a common name and organizations",
        );
    }
  }
  const [commonName, second] = commonNames;
  // Readers differ in which of two common names counts.
  if (commonName === undefined || second !== undefined) {
    throw new Error(
      `Cannot accept the certificate request: its subject has ${commonNames.length} common names, not one`,
    );
  }
  return { commonName, organizations };
}

function text(element: DerElement | undefined): string {
  const tag = element?.tag;
  if (tag !== Tag.utf8String && tag !== Tag.printableString && tag !== Tag.ia5String) {
    throw new Error("Cannot read the certificate request: a name in it is not UTF-8, printable or ASCII text");
  }
  return element?.content.toString("utf8") ?? "";
}

type AlternativeNames = Pick<CertificateRequest, "dnsNames" | "ipAddresses" | "emailAddresses" | "uris">;

function alternativeNames(attributes: DerElement | undefined): AlternativeNames {
  const names: AlternativeNames = { dnsNames: [], ipAddresses: [], emailAddresses: [], uris: [] };
  const extensions = attributes ? extensionsIn(attributes) : [];
  const values = extensions.filter((extension) => extension.name === oid.subjectAlternativeName);
  if (values.length > 1)
    throw new Error("Cannot accept the certificate request: it has two lists of alternative names");
  const [value] = values;
  const [list] = value ? derElements(value.content) : [];
  if (!list) return names;
  for (const name of derInside(list, Tag.sequence)) addName(names, name);
  return names;
}

function extensionsIn(attributes: DerElement): { name: string; content: Buffer }[] {
  const requests = derInside(attributes, 0xa0)
    .map((attribute) => derInside(attribute, Tag.sequence))
    .filter(([type]) => derContent(type, Tag.objectIdentifier).toString("hex") === oid.extensionRequest);
  if (requests.length > 1) throw new Error("Cannot accept the certificate request: it asks for extensions twice");
  return requests.flatMap(([, values]) =>
    derInside(values, Tag.set).flatMap((list) =>
      derInside(list, Tag.sequence).map((extension) => {
        const parts = derInside(extension, Tag.sequence);
        return {
          name: derContent(parts[0], Tag.objectIdentifier).toString("hex"),
          content: derContent(parts.at(-1), Tag.octetString),
        };
      }),
    ),
  );
}

function addName(names: AlternativeNames, { tag, content }: DerElement): void {
  if (tag === 0x81) names.emailAddresses.push(content.toString("utf8"));
  else if (tag === 0x82) names.dnsNames.push(content.toString("utf8"));
  else if (tag === 0x86) names.uris.push(content.toString("utf8"));
  else if (tag === 0x87) names.ipAddresses.push(ipText(content));
  else
    throw new Error(
      "Cannot accept the certificate request: it has an alternative name of a kind that kubelets do not use",
    );
}

function ipText(bytes: Buffer): string {
  if (bytes.length === 4) return [...bytes].join(".");
  if (bytes.length !== 16)
    throw new Error(`Cannot read the certificate request: an IP address of ${bytes.length} bytes`);
  return canonicalIp(bytes.toString("hex").replace(/(.{4})(?!$)/g, "$1:"));
}

/** The one way to write an IP address, so that two spellings of the same address compare equal. */
export function canonicalIp(address: string): string {
  if (!address.includes(":")) return address;
  const url = URL.parse(`http://[${address}]/`);
  return url ? url.hostname.slice(1, -1) : address;
}
