/** One element of a DER encoding: its tag, the bytes inside, and all of its bytes. */
export interface DerElement {
  tag: number;
  content: Buffer;
  encoded: Buffer;
}

/** ASN.1 tags as they stand in the encoding. */
export const Tag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  sequence: 0x30,
  set: 0x31,
} as const;

/**
 * The elements that lie one after the other in `bytes`. Strict: what a lenient reader would guess at is refused, because
 * what is read here decides over certificates and must not mean something else to the signer.
 */
export function derElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    elements.push(element);
    at += element.encoded.length;
  }
  return elements;
}

/** The elements inside of an element that must have this tag. */
export function derInside(element: DerElement | undefined, tag: number): DerElement[] {
  return derElements(derContent(element, tag));
}

/** The bytes inside of an element that must have this tag. */
export function derContent(element: DerElement | undefined, tag: number): Buffer {
  if (element?.tag !== tag) {
    throw new Error(`Cannot read DER: expected tag 0x${tag.toString(16)}, found ${hex(element?.tag)}`);
  }
  return element.content;
}

function elementAt(bytes: Buffer, at: number): DerElement {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new Error("Cannot read DER: it ends within an element");
  if ((tag & 0x1f) === 0x1f) throw new Error("Cannot read DER: a tag of more than one byte");
  const extra = first < 0x80 ? 0 : first & 0x7f;
  const length = extra === 0 ? first : longLength(bytes.subarray(at + 2, at + 2 + extra), extra);
  const start = at + 2 + extra;
  if (start + length > bytes.length) throw new Error("Cannot read DER: an element is longer than what holds it");
  return { tag, content: bytes.subarray(start, start + length), encoded: bytes.subarray(at, start + length) };
}

function longLength(bytes: Buffer, count: number): number {
  const minimal = bytes.length === count && count > 0 && count <= 3 && bytes[0] !== 0;
  const length = minimal ? bytes.readUIntBE(0, count) : 0;
  if (length < 0x80) throw new Error("Cannot read DER: a length that is not in its shortest form");
  return length;
}

function hex(tag: number | undefined): string {
  return tag === undefined ? "nothing" : `0x${tag.toString(16)}`;
}
