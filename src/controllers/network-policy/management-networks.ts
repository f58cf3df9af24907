import type { EndpointSlice, Node, ServiceCidr } from "../../kube/kinds.ts";

/** What a NetworkPolicy has to know of the management cluster's network. */
export interface ManagementNetworks {
  /** Where the management cluster's own API answers, behind the Service `kubernetes`. */
  api: { address: string; port: number }[];
  /** Blocks of addresses of its pods. */
  pods: string[];
  /** Blocks of addresses of its Services, addresses of its nodes, and what the operator was told to keep apart. */
  others: string[];
  /** Of those all but the nodes: where no store of snapshots is to be. */
  apart: string[];
}

/** The networks, where they are known, and what is wrong with the knowledge. */
export interface NetworksAnswer {
  networks?: ManagementNetworks;
  /** Why they could not be read, or are not followed any more. */
  problem?: string;
}

/** What was found in the management cluster. */
export interface Found {
  nodes: readonly Node[];
  /** Those of the Service `kubernetes`. */
  apiSlices: readonly EndpointSlice[];
  serviceCidrs: readonly ServiceCidr[];
  /** Further blocks, from the operator's flag: networks of metal, of hosting, of other clusters. */
  blocked: readonly string[];
}

/** The management cluster's networks, each block once and in a fixed order, so that the same facts give the same policies. */
export function managementNetworks({ nodes, apiSlices, serviceCidrs, blocked }: Found): ManagementNetworks {
  const api = apiSlices.flatMap(({ endpoints = [], ports }) =>
    endpoints.flatMap(({ addresses }) =>
      addresses.flatMap((address) => (ports ?? []).map(({ port = 443 }) => ({ address, port }))),
    ),
  );
  const nodeAddresses = nodes
    .flatMap(({ status }) => status?.addresses ?? [])
    .filter(({ type }) => type === "InternalIP" || type === "ExternalIP")
    .map(({ address }) => address);
  const apart = [
    ...api.map(({ address }) => blockOf(address)),
    ...serviceCidrs.flatMap(({ spec }) => spec?.cidrs ?? []),
    ...blocked,
  ];
  return {
    api: api.sort((a, b) => a.address.localeCompare(b.address) || a.port - b.port),
    pods: unique(nodes.flatMap(({ spec }) => spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []))),
    others: unique([...nodeAddresses.map(blockOf), ...apart]),
    apart: unique(apart),
  };
}

/** The block of one address. */
export function blockOf(address: string): string {
  return `${address}/${address.includes(":") ? 128 : 32}`;
}

const unique = (blocks: string[]) => [...new Set(blocks)].sort();
