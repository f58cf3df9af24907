/** One element of DER (ITU-T X.690), as `read` finds it. */
export interface Element {
  tag: number;
  /** The element with its tag and length. */
  raw: Buffer;
  content: Buffer;
}

/** An element with the given tag; parts are joined. */
export function element(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...length(content.length)]), content]);
}

export const sequence = (...parts: Uint8Array[]): Buffer => element(0x30, ...parts);
export const set = (...parts: Uint8Array[]): Buffer => element(0x31, ...parts);
export const octetString = (content: Uint8Array): Buffer => element(0x04, content);
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0]));
/** A bit string; `unused` is the number of bits at the end that do not count. */
export const bitString = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), content);

/** A non-negative integer of any size, given as its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  const negative = ((digits[0] ?? 0) & 0x80) !== 0;
  return element(0x02, ...(negative ? [Buffer.from([0])] : []), digits);
}

/** An object identifier, written with dots. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const digits = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    bytes.push(...digits);
  }
  return element(0x06, Buffer.from(bytes));
}

/** A time to the second: UTCTime up to 2049 and GeneralizedTime after, as RFC 5280 4.1.2.5 demands. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits));
}

/** The elements that follow each other in these bytes. Throws where the bytes are not DER. */
export function read(bytes: Uint8Array): Element[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Element[] = [];
  for (let at = 0; at < buffer.length; ) {
    const first = buffer[at + 1] ?? 0;
    const sizeBytes = first & 0x80 ? first & 0x7f : 0;
    if (sizeBytes > 4 || at + 2 + sizeBytes > buffer.length) throw new Error("Cannot read DER: a length is cut off");
    const size = sizeBytes ? buffer.readUIntBE(at + 2, sizeBytes) : first;
    const start = at + 2 + sizeBytes;
    if (start + size > buffer.length) throw new Error("Cannot read DER: an element is cut off");
    elements.push({
      tag: buffer[at] ?? 0,
      raw: buffer.subarray(at, start + size),
      content: buffer.subarray(start, start + size),
    });
    at = start + size;
  }
  return elements;
}

/** The dotted form of an object identifier's content. */
export function dotted(content: Uint8Array): string {
  const [first = 0, ...rest] = content;
  const parts = [Math.min(2, Math.floor(first / 40)), first - 40 * Math.min(2, Math.floor(first / 40))];
  let part = 0;
  for (const byte of rest) {
    part = part * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    parts.push(part);
    part = 0;
  }
  return parts.join(".");
}

/** The bytes of the first PEM block with this label. */
export function fromPem(pem: string, label: string): Buffer {
  const block = new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`).exec(pem)?.[1];
  if (!block) throw new Error(`Cannot read PEM: there is no block "${label}" in it`);
  return Buffer.from(block, "base64");
}

export function toPem(bytes: Uint8Array, label: string): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function length(size: number): number[] {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let left = size; left > 0; left >>>= 8) bytes.unshift(left & 0xff);
  return [0x80 | bytes.length, ...bytes];
}
