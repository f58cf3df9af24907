import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { keyOf } from "../../kube/watch.ts";

/** The host names that all HostedClusters of the management cluster want: each belongs to one, the oldest. */
export interface HostNames {
  /** Takes a HostedCluster as it is now. Answers with the keys of all that share a name with it, now or before. */
  follow(cluster: HostedCluster): string[];
  /** It is gone, and its names are free. */
  forget(key: string): void;
  /** Which of the cluster's names another one had first. */
  problems(cluster: HostedCluster): string[];
}

interface Wanted {
  cluster: HostedCluster;
  names: Set<string>;
}

/** Fed by a watch of HostedClusters, so that no pass has to list them. */
export function hostNames(): HostNames {
  const known = new Map<string, Wanted>();
  return {
    follow(cluster) {
      const key = keyOf(cluster);
      const names = new Set(wantedNames(cluster).map(({ name }) => name));
      const all = new Set([...names, ...(known.get(key)?.names ?? [])]);
      known.set(key, { cluster, names });
      const shares = (each: Wanted) => [...each.names].some((name) => all.has(name));
      return [...known].filter(([other, each]) => other !== key && shares(each)).map(([other]) => other);
    },
    forget: (key) => void known.delete(key),
    problems(cluster) {
      return wantedNames(cluster).flatMap(({ field, name }) => {
        const first = [...known.values()].find((other) => other.names.has(name) && isBefore(other.cluster, cluster));
        return first
          ? [`${field} is ${name}, which ${spoken(first.cluster, cluster)} has already: choose another host name`]
          : [];
      });
    },
  };
}

/** The names by which the cluster is reached, as DNS compares them. An address of nodes may be shared: ports differ. */
function wantedNames({ spec }: HostedCluster): { field: string; name: string }[] {
  const fields = [
    { field: "kubeAPIServerDNSName", text: spec.kubeAPIServerDNSName },
    ...(spec.services ?? []).flatMap(({ service, servicePublishingStrategy: { loadBalancer, route } }) => [
      { field: `the load balancer's host name of ${service}`, text: loadBalancer?.hostname },
      { field: `the route's host name of ${service}`, text: route?.hostname },
    ]),
  ];
  // external-dns takes a list as well.
  return fields.flatMap(({ field, text }) =>
    (text ?? "").split(",").flatMap((each) => {
      const name = each.trim().toLowerCase().replace(/\.$/, "");
      return name ? [{ field, name }] : [];
    }),
  );
}

/** The older one; of two that were made in the same second the first by namespace and name. */
function isBefore(one: HostedCluster, other: HostedCluster): boolean {
  const order = (cluster: HostedCluster) => `${cluster.metadata?.creationTimestamp} ${keyOf(cluster)}`;
  return keyOf(one) !== keyOf(other) && order(one) < order(other);
}

/** Whose it is stays unsaid where that may be another tenant. */
function spoken({ metadata }: HostedCluster, asker: HostedCluster): string {
  return metadata?.namespace === asker.metadata?.namespace
    ? `the HostedCluster ${metadata?.name}`
    : "another HostedCluster";
}
