import { rangeOf, toAddress } from "../network/address.ts";
import { loadBalancerPool } from "../network/layout.ts";
import type { Services } from "../services-machine/ensure-services-machine.ts";

/** The facts of a management cluster that its configuration is rendered from. */
export interface Cluster {
  name: string;
  /** The machine's address. */
  address: string;
  podNetwork: string;
  serviceNetwork: string;
  /** Addresses for Services of type LoadBalancer. */
  pool: string;
  services: Services;
}

export interface ClusterPlace {
  name: string;
  address: string;
  subnet: string;
  /** Counted from 0; no two clusters of an environment have the same. */
  number: number;
  services: Services;
}

export function clusterAt({ name, address, subnet, number, services }: ClusterPlace): Cluster {
  return {
    name,
    address,
    podNetwork: "10.244.0.0/16",
    serviceNetwork: "10.96.0.0/12",
    pool: loadBalancerPool(subnet, number),
    services,
  };
}

export function serverOf({ address }: Cluster): string {
  return `https://${address}:6443`;
}

/** Address of the Service `kubernetes`. */
export function apiServiceAddress({ serviceNetwork }: Cluster): string {
  return toAddress(rangeOf(serviceNetwork).first + 1);
}

/** Address of the cluster's DNS Service. */
export function dnsServiceAddress({ serviceNetwork }: Cluster): string {
  return toAddress(rangeOf(serviceNetwork).first + 10);
}
