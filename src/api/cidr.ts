/** A block of IP addresses. */
export interface Cidr {
  family: 4 | 6;
  /** The first address, as a number. */
  first: bigint;
  last: bigint;
  prefix: number;
}

/** Reads `10.0.0.0/16` or `fd00::/64`; nothing where it is neither. Bits behind the prefix are ignored. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", length = "", ...more] = text.split("/");
  const parsed = parseAddress(address);
  if (!parsed || more.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const bits = parsed.family === 4 ? 32 : 128;
  const prefix = Number(length);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = parsed.value - (parsed.value % size);
  return { family: parsed.family, first, last: first + size - 1n, prefix };
}

/** Reads an IPv4 or IPv6 address; nothing where it is neither. */
export function parseAddress(text: string): { family: 4 | 6; value: bigint } | undefined {
  const four = fourOf(text);
  if (four !== undefined) return { family: 4, value: four };
  const six = text.includes(":") ? sixOf(text) : undefined;
  return six === undefined ? undefined : { family: 6, value: six };
}

/** Whether two blocks share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

function fourOf(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return parts.reduce((value, part) => value * 256n + BigInt(part), 0n);
}

function sixOf(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: halves.length === 2 ? missing : 0 }, () => "0"), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((value, group) => value * 65536n + BigInt(`0x${group}`), 0n);
}
