import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** The IP addresses of a host name, sorted; an address is its own. */
export async function resolveHost(host: string): Promise<string[]> {
  if (isIP(host)) return [host];
  const found = await lookup(host, { all: true, verbatim: true });
  return [...new Set(found.map(({ address }) => address))].sort();
}
