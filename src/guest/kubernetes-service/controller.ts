import { HostedControlPlane } from "../../api/index.ts";
import { type Controller, wait, watches } from "../../kube/controller.ts";
import { EndpointSlice, Endpoints, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { managedLabels } from "../component.ts";
import { fieldManager } from "../field-manager.ts";
import { nameFacts } from "../name-facts.ts";
import type { GuestOptions } from "../options.ts";
import { readEndpoints } from "../read-endpoints.ts";
import { unlessPaused } from "../unless-paused.ts";
import { kubernetesEndpoints } from "./manifests.ts";

// DNS tells nobody of changes. A name that moves, as in a migration, is followed after at most this long.
const resolveEveryMs = 30_000;
const slices = { namespace: "default", labels: managedLabels };

/** Leads the Service default/kubernetes of the hosted cluster to the API server's external address. */
export function kubernetesService({ guest, namespace, resolve }: GuestOptions): Controller<HostedControlPlane> {
  const everything = () => undefined;
  return {
    name: "kubernetes-service",
    kind: HostedControlPlane,
    namespace,
    watches: [
      watches({
        kind: Service,
        namespace,
        keep: true,
        keysOf: ({ metadata }) => (metadata?.name === "kube-apiserver" ? undefined : []),
      }),
      watches({ kube: guest, kind: EndpointSlice, ...slices, pick: nameFacts, keep: true, keysOf: everything }),
      watches({ kube: guest, kind: Endpoints, namespace: "default", labels: managedLabels, keysOf: everything }),
    ],
    resyncMs: resolveEveryMs,
    reconcile: unlessPaused(async (hostedControlPlane, { kube, on }) => {
      const { endpoints, services } = await readEndpoints(kube, hostedControlPlane);
      const { api } = endpoints;
      if (!api) return wait("ApiAddressUnknown", "The API server has no external address yet");
      const addresses = await addressesOf(api.host, services);
      if (addresses.length === 0) {
        return wait("ApiAddressUnresolved", `The name ${api.host} of the API server does not resolve`);
      }
      const objects = kubernetesEndpoints(addresses, api.port);
      for (const object of objects) await on(guest).apply(object, { fieldManager });
      await dropOthers(
        on(guest),
        objects.map(({ metadata }) => metadata?.name),
      );
    }),
  };

  /** Until the name is known to DNS, the load balancer's own addresses do. */
  async function addressesOf(host: string, services: Service[]): Promise<string[]> {
    const resolved = await resolve(host).catch(() => []);
    if (resolved.length > 0) return resolved;
    const service = services.find(({ metadata }) => metadata?.name === "kube-apiserver");
    return (service?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []).sort();
  }

  /** A slice of an address family in which the API server is no longer reached. */
  async function dropOthers(kube: Kube, names: (string | undefined)[]): Promise<void> {
    for (const { metadata } of await kube.list<EndpointSlice>(EndpointSlice, { ...slices, pick: nameFacts })) {
      if (!names.includes(metadata?.name)) await kube.delete(EndpointSlice, metadata?.name ?? "", "default");
    }
  }
}
