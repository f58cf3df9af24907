import type { HostedControlPlane } from "../api/index.ts";
import { endpoints, Route } from "../control-plane/endpoints.ts";
import { Secret, Service } from "../kube/kinds.ts";
import type { Facts } from "./facts.ts";
import type { HostedClusterOptions } from "./options.ts";

/** Reads what the inside of the hosted cluster is rendered from, from both API servers. */
export async function readFacts(
  { management, guest, releaseOf }: HostedClusterOptions,
  { metadata, spec }: HostedControlPlane,
): Promise<Facts> {
  const { name = "", namespace = "" } = metadata ?? {};
  const [services, routes, agent, pullSecret, additional] = await Promise.all([
    management.list(Service, { namespace }),
    usesRoutes(spec) ? management.list(Route, { namespace }) : [],
    management.get(Secret, "konnectivity-agent", namespace),
    management.get(Secret, spec.pullSecret?.name ?? "pull-secret", namespace),
    guest.get(Secret, "additional-pull-secret", "kube-system"),
  ]);
  return {
    name,
    namespace,
    spec,
    release: await releaseOf({ metadata, spec }),
    endpoints: endpoints(spec, services, routes),
    konnectivityAgent: agentCredentials(agent),
    pullSecret: textIn(pullSecret, ".dockerconfigjson"),
    additionalPullSecret: textIn(additional, ".dockerconfigjson"),
  };
}

function usesRoutes({ services }: HostedControlPlane["spec"]): boolean {
  return services.some(({ servicePublishingStrategy }) => servicePublishingStrategy.type === "Route");
}

function agentCredentials(secret: Secret | undefined): Facts["konnectivityAgent"] {
  const certificate = textIn(secret, "tls.crt");
  const key = textIn(secret, "tls.key");
  const authority = textIn(secret, "ca.crt");
  return certificate && key && authority ? { certificate, key, authority } : undefined;
}

function textIn(secret: Secret | undefined, key: string): string | undefined {
  const value = secret?.data?.[key];
  return value === undefined ? undefined : Buffer.from(value, "base64").toString();
}
