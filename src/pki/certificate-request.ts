import { createHash } from "node:crypto";
import { dotted, type Element, fromPem, read, toPem } from "./der.ts";

/** What a PKCS#10 request asks for, as far as it matters to a kubelet's certificate. */
export interface CertificateRequest {
  commonName: string;
  organizations: string[];
  dnsNames: string[];
  ipAddresses: string[];
  emailAddresses: string[];
  uris: string[];
  /** The public key, PEM. */
  publicKey: string;
  /** SHA-256 of the public key, in hexadecimal: tells whether two requests are for the same key. */
  publicKeyHash: string;
}

const tags = { octetString: 0x04, objectIdentifier: 0x06, sequence: 0x30, set: 0x31, attributes: 0xa0 } as const;
const textTags = [0x0c, 0x13, 0x16];
const ids = {
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  extensionRequest: "1.2.840.113549.1.9.14",
  subjectAlternativeName: "2.5.29.17",
} as const;

/**
 * Reads a request (one PEM block). Its signature is not looked at: the API server has checked it. Throws where anything
 * in it is not what a kubelet writes and could mean something else to the signer.
 */
export function readCertificateRequest(pem: string): CertificateRequest {
  if (pem.split("-----BEGIN").length !== 2)
    throw new Error("Cannot read the certificate request: it is not one PEM block");
  const [outer, ...rest] = read(fromPem(pem, "CERTIFICATE REQUEST"));
  if (rest.length > 0) throw new Error("Cannot read the certificate request: something follows it");
  const [info] = inside(outer, tags.sequence);
  const [, subject, publicKey, attributes] = inside(info, tags.sequence);
  const names = subjectOf(subject);
  return {
    ...names,
    ...alternativeNames(attributes),
    publicKey: toPem(publicKey?.raw ?? Buffer.alloc(0), "PUBLIC KEY"),
    publicKeyHash: createHash("sha256")
      .update(publicKey?.raw ?? "")
      .digest("hex"),
  };
}

function subjectOf(subject: Element | undefined): { commonName: string; organizations: string[] } {
  const commonNames: string[] = [];
  const organizations: string[] = [];
  for (const relative of inside(subject, tags.sequence)) {
    for (const attribute of inside(relative, tags.set)) {
      const [type, value] = inside(attribute, tags.sequence);
      const name = idOf(type);
      if (name === ids.commonName) commonNames.push(text(value));
      else if (name === ids.organization) organizations.push(text(value));
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

function text(element: Element | undefined): string {
  if (!element || !textTags.includes(element.tag)) {
    throw new Error("Cannot read the certificate request: a name in it is not UTF-8, printable or ASCII text");
  }
  return element.content.toString("utf8");
}

type AlternativeNames = Pick<CertificateRequest, "dnsNames" | "ipAddresses" | "emailAddresses" | "uris">;

function alternativeNames(attributes: Element | undefined): AlternativeNames {
  const names: AlternativeNames = { dnsNames: [], ipAddresses: [], emailAddresses: [], uris: [] };
  const extensions = attributes ? extensionsIn(attributes) : [];
  const values = extensions.filter((extension) => extension.name === ids.subjectAlternativeName);
  if (values.length > 1)
    throw new Error("Cannot accept the certificate request: it has two lists of alternative names");
  const [value] = values;
  const [list] = value ? read(value.content) : [];
  if (!list) return names;
  for (const name of inside(list, tags.sequence)) addName(names, name);
  return names;
}

function extensionsIn(attributes: Element): { name: string; content: Buffer }[] {
  const requests = inside(attributes, tags.attributes)
    .map((attribute) => inside(attribute, tags.sequence))
    .filter(([type]) => idOf(type) === ids.extensionRequest);
  if (requests.length > 1) throw new Error("Cannot accept the certificate request: it asks for extensions twice");
  return requests.flatMap(([, values]) =>
    inside(values, tags.set).flatMap((list) =>
      inside(list, tags.sequence).map((extension) => {
        const parts = inside(extension, tags.sequence);
        return {
          name: idOf(parts[0]),
          content: content(parts.at(-1), tags.octetString),
        };
      }),
    ),
  );
}

function inside(element: Element | undefined, tag: number): Element[] {
  return read(content(element, tag));
}

function content(element: Element | undefined, tag: number): Buffer {
  if (element?.tag === tag) return element.content;
  throw new Error("Cannot read the certificate request: it is not built as RFC 2986 says");
}

function idOf(element: Element | undefined): string {
  return dotted(content(element, tags.objectIdentifier));
}

function addName(names: AlternativeNames, { tag, content: value }: Element): void {
  if (tag === 0x81) names.emailAddresses.push(value.toString("utf8"));
  else if (tag === 0x82) names.dnsNames.push(value.toString("utf8"));
  else if (tag === 0x86) names.uris.push(value.toString("utf8"));
  else if (tag === 0x87) names.ipAddresses.push(ipText(value));
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
