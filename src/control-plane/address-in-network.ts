import { addressText } from "../api/address.ts";
import { parseCidr } from "../api/cidr.ts";

/** The n-th address of a network: `addressInNetwork("172.31.0.0/16", 1)` is 172.31.0.1, the API server's Service. */
export function addressInNetwork(cidr: string, n: number): string {
  const network = parseCidr(cidr);
  if (!network) throw new Error(`"${cidr}" is not a network: write one such as 10.132.0.0/14`);
  return addressText({ family: network.family, value: network.first + BigInt(n) });
}
