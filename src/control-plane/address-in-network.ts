import { isIPv6 } from "node:net";
import { addressBytes } from "../pki/certificate.ts";

/** The n-th address of a network: `addressInNetwork("172.31.0.0/16", 1)` is 172.31.0.1, the API server's Service. */
export function addressInNetwork(cidr: string, n: number): string {
  const [base = ""] = cidr.split("/");
  const bytes = addressBytes(base);
  let left = n;
  for (let i = bytes.length - 1; left > 0 && i >= 0; i--) {
    const sum = (bytes[i] ?? 0) + left;
    bytes[i] = sum & 0xff;
    left = sum >> 8;
  }
  if (!isIPv6(base)) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  // URLs write addresses in their shortest form, as everybody else does.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
