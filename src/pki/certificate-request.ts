import { dotted, type Element, fromPem, read } from "./der.ts";

/** What a PKCS #10 certificate request asks for. */
export interface CertificateRequest {
  commonName: string;
  organizations: string[];
  dnsNames: string[];
  /** IP addresses as text; IPv6 in eight groups without leading zeros. */
  addresses: string[];
  /** True where it asks for names of other kinds too (e-mail, URI), which no node needs. */
  hasOtherNames: boolean;
}

/** Reads a certificate request (PEM). Throws where it is none. */
export function readCertificateRequest(pem: string): CertificateRequest {
  const [request] = read(fromPem(pem, "(?:NEW )?CERTIFICATE REQUEST"));
  const [info] = children(request);
  const [, subject, , ...attributes] = children(info);
  const names = attributes
    .filter((attribute) => attribute.tag === 0xa0)
    .flatMap((set) => children(set))
    .filter((attribute) => idOf(attribute) === "1.2.840.113549.1.9.14")
    .flatMap((attribute) => children(children(attribute)[1]))
    .flatMap((extensions) => children(extensions))
    .filter((extension) => idOf(extension) === "2.5.29.17")
    .flatMap((extension) => children(read(children(extension).at(-1)?.content ?? Buffer.alloc(0))[0]));
  return {
    commonName: attributesOf(subject, "2.5.4.3").at(-1) ?? "",
    organizations: attributesOf(subject, "2.5.4.10"),
    dnsNames: names.filter(({ tag }) => tag === 0x82).map(({ content }) => content.toString()),
    addresses: names.filter(({ tag }) => tag === 0x87).map(({ content }) => addressText(content)),
    hasOtherNames: names.some(({ tag }) => tag !== 0x82 && tag !== 0x87),
  };
}

function children(parent: Element | undefined): Element[] {
  return parent ? read(parent.content) : [];
}

function idOf(parent: Element): string {
  return dotted(children(parent)[0]?.content ?? Buffer.alloc(0));
}

function attributesOf(subject: Element | undefined, type: string): string[] {
  return children(subject)
    .flatMap((set) => children(set))
    .filter((attribute) => idOf(attribute) === type)
    .map((attribute) => children(attribute)[1]?.content.toString() ?? "");
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(":");
}
