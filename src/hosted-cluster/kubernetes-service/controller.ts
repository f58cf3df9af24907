import { HostedControlPlane } from "../../api/index.ts";
import { endpoints, Route } from "../../control-plane/endpoints.ts";
import { type Controller, wait, watches } from "../../kube/controller.ts";
import { EndpointSlice, Endpoints, Service } from "../../kube/kinds.ts";
import { managedLabels } from "../component.ts";
import { fieldManager } from "../field-manager.ts";
import type { HostedClusterOptions } from "../options.ts";
import { kubernetesEndpoints } from "./manifests.ts";

// DNS tells nobody of changes. A name that moves, as in a migration, is followed after at most this long.
const resolveEveryMs = 30_000;

/** Leads the Service default/kubernetes of the hosted cluster to the API server's external address. */
export function kubernetesService({ guest, namespace, resolve }: HostedClusterOptions): Controller<HostedControlPlane> {
  const everything = () => undefined;
  return {
    name: "kubernetes-service",
    kind: HostedControlPlane,
    namespace,
    watches: [
      watches({
        kind: Service,
        namespace,
        keysOf: ({ metadata }) => (metadata?.name === "kube-apiserver" ? undefined : []),
      }),
      watches({ kube: guest, kind: EndpointSlice, namespace: "default", labels: managedLabels, keysOf: everything }),
      watches({ kube: guest, kind: Endpoints, namespace: "default", labels: managedLabels, keysOf: everything }),
    ],
    resyncMs: resolveEveryMs,
    async reconcile({ spec }, { kube, on }) {
      const service = await kube.get(Service, "kube-apiserver", namespace);
      const services = service ? [service] : [];
      const { api } = endpoints(spec, services, await routes());
      if (!api) return wait("ApiAddressUnknown", "The API server has no external address yet");
      const addresses = await addressesOf(api.host, service);
      if (addresses.length === 0)
        return wait("ApiAddressUnresolved", `The name ${api.host} of the API server does not resolve`);
      for (const object of kubernetesEndpoints(addresses, api.port)) await on(guest).apply(object, { fieldManager });

      async function routes(): Promise<Route[]> {
        const strategy = spec.services.find(({ service: name }) => name === "APIServer")?.servicePublishingStrategy
          .type;
        return strategy === "Route" ? kube.list(Route, { namespace }) : [];
      }
    },
  };

  /** Until the name is known to DNS, the load balancer's own addresses do. */
  async function addressesOf(host: string, service: Service | undefined): Promise<string[]> {
    const resolved = await resolve(host).catch(() => []);
    if (resolved.length > 0) return resolved;
    return (service?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []).sort();
  }
}
