/** An IP address as a number, with the family that tells how long it is. */
export interface Address {
  family: 4 | 6;
  value: bigint;
}

/** Reads an IPv4 or IPv6 address; nothing where it is neither. */
export function parseAddress(text: string): Address | undefined {
  const four = fourOf(text);
  if (four !== undefined) return { family: 4, value: four };
  const six = text.includes(":") ? sixOf(text) : undefined;
  return six === undefined ? undefined : { family: 6, value: six };
}

/** Writes an address as everybody does: IPv6 in its shortest form. */
export function addressText({ family, value }: Address): string {
  const part = (bits: number, index: number) => (value >> BigInt(bits * index)) & ((1n << BigInt(bits)) - 1n);
  if (family === 4) return [3, 2, 1, 0].map((index) => part(8, index)).join(".");
  const groups = [7, 6, 5, 4, 3, 2, 1, 0].map((index) => part(16, index).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

function fourOf(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function sixOf(text: string): bigint | undefined {
  const halves = withoutDots(text).split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: halves.length === 2 ? missing : 0 }, () => "0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}

/** The last two groups may be written as an IPv4 address: `::ffff:192.0.2.1`. */
function withoutDots(text: string): string {
  const start = text.lastIndexOf(":") + 1;
  const four = fourOf(text.slice(start));
  if (four === undefined) return text;
  return `${text.slice(0, start)}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
}
