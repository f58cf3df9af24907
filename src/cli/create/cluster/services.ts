import type { HostedCluster } from "../../../api/hosted-cluster.ts";

type Services = HostedCluster["spec"]["services"];

/** How the services of a new cluster are published. */
export type Publishing =
  /** A port on the management cluster's nodes, which clients reach under this address. */
  | { type: "NodePort"; address: string }
  /** An address of its own for each service; with a domain also a name: `api-<cluster>.<domain>`. */
  | { type: "LoadBalancer"; domain?: string }
  /** A load balancer for the API, the management cluster's router for everything else. */
  | { type: "Ingress"; domain?: string };

/** The first parts of the names that external-dns keeps for a cluster's services. */
const hostNames = {
  APIServer: "api",
  OAuthServer: "oauth",
  Konnectivity: "konnectivity",
  Ignition: "ignition",
} as const;

/** The publishing strategies of the four services for a cluster of this name. */
export function services(cluster: string, publishing: Publishing): Services {
  return (Object.keys(hostNames) as (keyof typeof hostNames)[]).map((service) => {
    if (publishing.type === "NodePort") {
      return { service, servicePublishingStrategy: { type: "NodePort", nodePort: { address: publishing.address } } };
    }
    const hostname = publishing.domain && `${hostNames[service]}-${cluster}.${publishing.domain}`;
    return publishing.type === "Ingress" && service !== "APIServer"
      ? { service, servicePublishingStrategy: { type: "Route", ...(hostname ? { route: { hostname } } : {}) } }
      : {
          service,
          servicePublishingStrategy: { type: "LoadBalancer", ...(hostname ? { loadBalancer: { hostname } } : {}) },
        };
  });
}
