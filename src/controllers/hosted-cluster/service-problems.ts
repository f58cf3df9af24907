import type { HostedCluster } from "../../api/hosted-cluster.ts";

const needed = ["APIServer", "OAuthServer", "Konnectivity", "Ignition"];
/** Without these there is no cluster: nobody asks its API, or its API reaches no node. */
const dialled = ["APIServer", "Konnectivity"];

/** What is wrong with how the cluster's services are published. `hasRoutes`: the management cluster serves Routes. */
export function serviceProblems({ spec }: HostedCluster, hasRoutes: boolean): string[] {
  const services = spec.services ?? [];
  const names = services.map(({ service }) => service as string);
  const absent = needed.filter(
    (name) => !names.includes(name) && !(name === "OAuthServer" && spec.platform.type === "IBMCloud"),
  );
  const problems = absent.map((name) => `services has no entry for ${name}: say how it is published`);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.push(`services has more than one entry for ${name}: leave one`);
  }
  for (const { service, servicePublishingStrategy: strategy } of services) {
    if (strategy.type === "Route" && !hasRoutes && needed.includes(service)) {
      problems.push(
        `services publishes ${service} as a Route, and the management cluster has no Routes (route.openshift.io): use LoadBalancer or NodePort`,
      );
    }
    const port = strategy.nodePort?.port;
    if (port && (port < 30_000 || port > 32_767)) {
      problems.push(
        `services asks for node port ${port} for ${service}: use one of 30000 to 32767, or none to have one picked`,
      );
    }
    if (dialled.includes(service) && (strategy.type === "None" || strategy.type === "S3")) {
      problems.push(
        `services does not publish ${service} (type ${strategy.type}): use LoadBalancer, NodePort or Route`,
      );
    }
  }
  return [...problems, ...sharedNames(services), ...sharedPorts(services)];
}

type Services = NonNullable<HostedCluster["spec"]["services"]>;

function sharedNames(services: Services): string[] {
  const users = new Map<string, string[]>();
  for (const { service, servicePublishingStrategy: strategy } of services) {
    const host = strategy.loadBalancer?.hostname ?? strategy.route?.hostname;
    if (host) users.set(host.toLowerCase(), [...(users.get(host.toLowerCase()) ?? []), service]);
  }
  return [...users]
    .filter(([, by]) => by.length > 1)
    .map(([host, by]) => `services gives the host name ${host} to ${by.join(" and ")}: each needs one of its own`);
}

function sharedPorts(services: Services): string[] {
  const users = new Map<number, string[]>();
  for (const { service, servicePublishingStrategy: strategy } of services) {
    const port = strategy.nodePort?.port;
    if (port) users.set(port, [...(users.get(port) ?? []), service]);
  }
  return [...users]
    .filter(([, by]) => by.length > 1)
    .map(([port, by]) => `services gives node port ${port} to ${by.join(" and ")}: each needs one of its own`);
}
