import type { HostedControlPlane } from "../api/index.ts";
import { kind } from "../kube/kind.ts";
import type { Service } from "../kube/kinds.ts";
import type { Resource } from "../kube/resource.ts";

export interface Address {
  host: string;
  port: number;
}

/** The addresses of the published services, external ones where they have any; each is absent until it is known. */
export interface Endpoints {
  api?: Address;
  konnectivity?: Address;
  ignition?: Address;
  oauth?: Address;
}

type PublishedName = HostedControlPlane["spec"]["services"][number]["service"];
export type PublishingStrategy = HostedControlPlane["spec"]["services"][number]["servicePublishingStrategy"];

/** One published service: its name in `spec.services`, its Service object, the port that the world sees. */
export interface Published {
  service: PublishedName;
  name: string;
  port: number;
  endpoint: keyof Endpoints;
}

/** The services that a hosted control plane shows to the world. */
export const published: readonly Published[] = [
  { service: "APIServer", name: "kube-apiserver", port: 6443, endpoint: "api" },
  { service: "Konnectivity", name: "konnectivity-server", port: 8091, endpoint: "konnectivity" },
  { service: "Ignition", name: "ignition-server", port: 443, endpoint: "ignition" },
];

/** OpenShift's way to publish a service by host name, where the management cluster serves it. */
export type Route = Resource & {
  spec: {
    host?: string;
    to: { kind: string; name: string };
    port: { targetPort: string | number };
    tls: { termination: string };
  };
  status?: { ingress?: { host?: string }[] };
};
export const Route = kind<Route>("route.openshift.io/v1", "Route", "routes");

/** Of a control plane that nobody outside is to reach: `spec.services`. */
export function unpublishedServices(): HostedControlPlane["spec"]["services"] {
  const names = ["APIServer", "OAuthServer", "Konnectivity", "Ignition"] as const;
  return names.map((service) => ({ service, servicePublishingStrategy: { type: "None" } }));
}

/** Whether anything of the control plane is published by a Route. */
export function usesRoutes({ services }: HostedControlPlane["spec"]): boolean {
  return services.some(({ servicePublishingStrategy: { type } }) => type === "Route");
}

/** How a service is published; nothing where the spec does not name it. */
export function strategyOf(
  spec: Pick<HostedControlPlane["spec"], "services">,
  service: PublishedName,
): PublishingStrategy | undefined {
  return spec.services.find((each) => each.service === service)?.servicePublishingStrategy;
}

/** The external addresses, from the spec and from what the management cluster gave the Services and Routes so far. */
export function endpoints(
  spec: Pick<HostedControlPlane["spec"], "services">,
  services: readonly Service[],
  routes: readonly Route[] = [],
): Endpoints {
  const result: Endpoints = {};
  for (const each of published) {
    const strategy = strategyOf(spec, each.service);
    const service = services.find(({ metadata }) => metadata?.name === each.name);
    const route = routes.find(({ metadata }) => metadata?.name === each.name);
    const address = strategy && addressOf(strategy, each, service, route);
    if (address) result[each.endpoint] = address;
  }
  return result;
}

/** `host:port`, with IPv6 addresses in brackets. */
export function hostPort({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function addressOf(
  strategy: PublishingStrategy,
  { name, port }: Published,
  service?: Service,
  route?: Route,
): Address | undefined {
  switch (strategy.type) {
    case "LoadBalancer": {
      const ingress = service?.status?.loadBalancer?.ingress?.[0];
      const host = strategy.loadBalancer?.hostname ?? ingress?.hostname ?? ingress?.ip;
      return host ? { host, port } : undefined;
    }
    case "NodePort": {
      const host = strategy.nodePort?.address;
      const nodePort = service?.spec?.ports?.find((each) => each.name === name)?.nodePort;
      return host && nodePort ? { host, port: nodePort } : undefined;
    }
    case "Route": {
      const host = strategy.route?.hostname ?? route?.status?.ingress?.[0]?.host;
      return host ? { host, port: 443 } : undefined;
    }
    case "None": {
      // Nothing outside reaches it: the control plane's own programs call it by its Service.
      const { namespace } = service?.metadata ?? {};
      return namespace ? { host: `${name}.${namespace}.svc`, port } : undefined;
    }
    default:
      return undefined;
  }
}
