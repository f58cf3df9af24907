import { addressText, parseAddress } from "../../api/address.ts";
import * as cidr from "../../api/cidr.ts";

/** An IPv4 address as a number, so that ranges can be counted through. */
export function toNumber(address: string): number {
  const parsed = parseAddress(address);
  if (parsed?.family !== 4) throw new Error(`"${address}" is not an IPv4 address`);
  return Number(parsed.value);
}

export function toAddress(number: number): string {
  return addressText({ family: 4, value: BigInt(number) });
}

/** First and last address of a network such as `10.90.0.0/20`. */
export function rangeOf(network: string): { first: number; last: number } {
  const parsed = cidr.parseCidr(network);
  if (parsed?.family !== 4) throw new Error(`"${network}" is not an IPv4 network`);
  return { first: Number(parsed.first), last: Number(parsed.last) };
}

/** Whether two networks, or addresses, have an address in common. What is neither has none. */
export function overlaps(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => cidr.parseCidr(text.includes("/") ? text : `${text}/32`));
  return one !== undefined && other !== undefined && cidr.overlaps(one, other);
}

export function contains(network: string, address: string): boolean {
  return overlaps(network, address);
}
