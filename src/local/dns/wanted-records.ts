import type { Service } from "../../kube/kinds.ts";
import { addressesOf } from "../load-balancer/assign-address.ts";
import type { DnsRecord } from "./dns-record.ts";

/** Where external-dns looks for the host names of a Service, separated by commas, and so do we. */
const annotation = "external-dns.alpha.kubernetes.io/hostname";

/** The records that Services of type LoadBalancer ask for below a domain, in order. */
export function wantedRecords(services: readonly Service[], domain: string): DnsRecord[] {
  const records = services.flatMap((service): DnsRecord[] => {
    if (service.spec?.type !== "LoadBalancer" || service.metadata?.deletionTimestamp) return [];
    const names = (service.metadata?.annotations?.[annotation] ?? "")
      .split(",")
      .map((name) => name.trim().toLowerCase().replace(/\.$/, ""))
      .filter((name) => name.endsWith(`.${domain}`) && isName(name));
    return names.flatMap((name) => addressesOf(service).map((address): DnsRecord => `${name} ${address}`));
  });
  return [...new Set(records)].sort();
}

function isName(name: string): boolean {
  return (
    name.length <= 253 && name.split(".").every((label) => /^(\*|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)$/.test(label))
  );
}
