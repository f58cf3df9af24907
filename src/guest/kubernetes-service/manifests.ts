import { isIPv6 } from "node:net";
import type { EndpointSlice, Endpoints } from "../../kube/kinds.ts";
import { managedLabels } from "../component.ts";

/** What is behind the Service default/kubernetes: one EndpointSlice for each address family, and Endpoints as of old. */
export function kubernetesEndpoints(addresses: string[], port: number): (EndpointSlice | Endpoints)[] {
  const slices = [
    slice(
      "kubernetes",
      "IPv4",
      addresses.filter((address) => !isIPv6(address)),
      port,
    ),
    slice("kubernetes-ipv6", "IPv6", addresses.filter(isIPv6), port),
  ];
  return [...slices.filter(({ endpoints }) => endpoints.length > 0), endpoints(addresses, port)];
}

function slice(name: string, addressType: string, addresses: string[], port: number): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name, namespace: "default", labels: { ...managedLabels, "kubernetes.io/service-name": "kubernetes" } },
    addressType,
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: "https", port, protocol: "TCP" }],
  };
}

function endpoints(addresses: string[], port: number): Endpoints {
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    // The slices are ours already: the controller manager is not to copy these into more of them.
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { ...managedLabels, "endpointslice.kubernetes.io/skip-mirror": "true" },
    },
    subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ name: "https", port, protocol: "TCP" }] }],
  };
}
