import type { Service } from "../../kube/kinds.ts";
import { rangeOf, toAddress, toNumber } from "../network/address.ts";

/** The addresses that a Service has been given. */
export function addressesOf(service: Service): string[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
}

/** True where the Service wants an address from us, and not from another load balancer. */
export function wantsAddress(service: Service): boolean {
  return service.spec?.type === "LoadBalancer" && !service.spec.loadBalancerClass;
}

/**
 * The address of the pool for a Service: the one it has, the one it asks for, or the first that no other Service has.
 * Throws, saying why, where there is none.
 */
export function assignAddress(service: Service, others: readonly Service[], pool: string): string {
  const { first, last } = rangeOf(pool);
  const inPool = (address: string) => toNumber(address) > first && toNumber(address) < last;
  const taken = new Set(others.flatMap(addressesOf));
  const asked = service.spec?.loadBalancerIP;
  if (asked) {
    if (!inPool(asked)) throw new Error(`The address ${asked} is not in ${pool}; leave spec.loadBalancerIP out`);
    if (taken.has(asked)) throw new Error(`Another Service has the address ${asked}; leave spec.loadBalancerIP out`);
    return asked;
  }
  const kept = addressesOf(service).find((address) => inPool(address) && !taken.has(address));
  if (kept) return kept;
  for (let number = first + 1; number < last; number++) {
    if (!taken.has(toAddress(number))) return toAddress(number);
  }
  throw new Error(`All addresses of ${pool} are in use; delete a Service of type LoadBalancer`);
}
