import { overlaps, rangeOf, toAddress } from "./address.ts";

// A network of an environment is a /20, cut into sixteen /24: the first is for machines, each of the others for the
// Services of type LoadBalancer of one management cluster, so that no two clusters ever give out the same address.
const bits = 20;

/** The first network for an environment that overlaps none of those in use on this computer. */
export function freeSubnet(used: readonly string[]): string {
  for (let second = 90; second < 255; second++) {
    for (let third = 0; third < 256; third += 16) {
      const subnet = `10.${second}.${third}.0/${bits}`;
      if (!used.some((other) => overlaps(subnet, other))) return subnet;
    }
  }
  throw new Error("There is no free network between 10.90.0.0 and 10.255.0.0 for the machines of an environment.");
}

/** The address of the computer itself in this network. */
export function gatewayOf(subnet: string): string {
  return toAddress(rangeOf(subnet).first + 1);
}

/** The address of the machine that runs DNS and the registry. */
export function servicesAddressOf(subnet: string): string {
  return toAddress(rangeOf(subnet).first + 2);
}

/** The first address for another machine that is not among `used`. */
export function freeMachineAddress(subnet: string, used: readonly string[]): string {
  const { first } = rangeOf(subnet);
  for (let host = 3; host < 255; host++) {
    const address = toAddress(first + host);
    if (!used.includes(address)) return address;
  }
  throw new Error(`The network ${subnet} has no room for another machine; remove one that is not needed.`);
}

/** The addresses for Services of the management cluster of this number, counted from 0. */
export function loadBalancerPool(subnet: string, cluster: number): string {
  if (cluster < 0 || cluster > 14) {
    throw new Error(`An environment has room for 15 management clusters, and this would be number ${cluster + 1}.`);
  }
  return `${toAddress(rangeOf(subnet).first + 256 * (cluster + 1))}/24`;
}
