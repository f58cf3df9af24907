import type { HostedControlPlane } from "../api/index.ts";
import { type Endpoints, endpoints, Route, usesRoutes } from "../control-plane/endpoints.ts";
import { Service } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";

/** The external addresses of the control plane, and the Services that they come from. */
export async function readEndpoints(
  management: Kube,
  { metadata, spec }: HostedControlPlane,
): Promise<{ endpoints: Endpoints; services: Service[] }> {
  const namespace = metadata?.namespace;
  const [services, routes] = await Promise.all([
    management.list(Service, { namespace }),
    usesRoutes(spec) ? management.list(Route, { namespace, optional: true }) : [],
  ]);
  return { endpoints: endpoints(spec, services, routes), services };
}
