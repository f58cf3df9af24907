import type { Service } from "../kube/kinds.ts";
import { componentLabel } from "./component.ts";
import type { ControlPlane } from "./control-plane.ts";
import { type Published, published, type Route, strategyOf } from "./endpoints.ts";

/** What the published services listen on in their pods. */
const targetPorts: Record<string, number> = {
  "kube-apiserver": 6443,
  "konnectivity-server": 8091,
  "ignition-server": 9090,
};
/** Those without whose names in certificates kube-apiserver and what calls it do not start, published or not. */
const needsService: readonly string[] = ["APIServer", "Konnectivity"] satisfies Published["service"][];
/** The component whose pods are behind a Service. */
const backends: Record<string, string> = { "konnectivity-server": "kube-apiserver" };

type Facts = Pick<ControlPlane, "namespace" | "spec" | "routes" | "started">;

/**
 * The Services, and Routes where asked for, by which the world reaches the control plane. They come first: addresses
 * follow. They have no owner: a HostedControlPlane that is made anew keeps the addresses that nodes and people know.
 */
export function publishedServices(plane: Facts): (Service | Route)[] {
  return published.flatMap((each) => {
    const strategy = strategyOf(plane.spec, each.service);
    if (!strategy || strategy.type === "None") return needsService.includes(each.service) ? [service(each, plane)] : [];
    if (strategy.type !== "Route") return [service(each, plane)];
    return [service(each, plane), ...(plane.routes ? [route(each, plane)] : [])];
  });
}

function service(each: Published, { namespace, spec, started }: Facts): Service {
  const strategy = strategyOf(spec, each.service);
  const type = strategy?.type === "LoadBalancer" || strategy?.type === "NodePort" ? strategy.type : "ClusterIP";
  const hostname = strategy?.type === "LoadBalancer" ? strategy.loadBalancer?.hostname : undefined;
  const wantedNodePort = strategy?.type === "NodePort" ? strategy.nodePort?.port : undefined;
  const allowed =
    each.service === "APIServer" && type === "LoadBalancer" ? spec.networking?.apiServer?.allowedCIDRBlocks : undefined;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: each.name,
      namespace,
      ownerReferences: [],
      labels: { app: each.name, ...componentLabel(backends[each.name] ?? each.name) },
      ...(hostname && { annotations: { "external-dns.alpha.kubernetes.io/hostname": hostname } }),
    },
    spec: {
      type,
      // As long as nobody relies on it, its addresses are made known before it is ready: proxies take up to a second
      // to learn them, which the first user of a new cluster need not wait for.
      ...(each.service === "APIServer" && { publishNotReadyAddresses: !started }),
      // Its pod is ready only when agents have found the way to it.
      ...(each.service === "Konnectivity" && { publishNotReadyAddresses: true }),
      selector: { app: backends[each.name] ?? each.name },
      ports: [
        {
          name: each.name,
          port: each.port,
          protocol: "TCP",
          targetPort: targetPorts[each.name] ?? each.port,
          ...(wantedNodePort && { nodePort: wantedNodePort }),
        },
      ],
      ...(allowed?.length && { loadBalancerSourceRanges: allowed }),
    },
  };
}

function route(each: Published, { namespace, spec }: Facts): Route {
  const host = strategyOf(spec, each.service)?.route?.hostname;
  return {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: {
      name: each.name,
      namespace,
      ownerReferences: [],
      labels: componentLabel(backends[each.name] ?? each.name),
    },
    spec: {
      ...(host && { host }),
      to: { kind: "Service", name: each.name },
      port: { targetPort: each.name },
      // The services speak TLS themselves; the router only looks at the server name.
      tls: { termination: "passthrough" },
    },
  };
}
