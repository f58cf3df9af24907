import { parseAddress } from "./address.ts";

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

/** Whether two blocks share an address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}
