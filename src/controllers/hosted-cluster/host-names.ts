import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { Namespace } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { keyOf } from "../../kube/watch.ts";
import { controlPlaneLabel } from "./control-plane-label.ts";

/** On a control plane's namespace: the host names that its cluster was given. Authors of HostedClusters cannot write it. */
export const hostNamesAnnotation = "hypershift.openshift.io/host-names";

/**
 * The host names that all HostedClusters of the management cluster want. Each belongs to the one that was given it, as
 * is on record; of those that nobody was given, to the oldest that wants it.
 */
export interface HostNames {
  /** Reads what is on record, once: nothing is given before. */
  learn(kube: Kube): Promise<void>;
  /** Takes a HostedCluster as it is now. Answers with the keys of all that share a name with it, now or before. */
  follow(cluster: HostedCluster): string[];
  /** The same of a control plane's namespace, with what is on record there. */
  record(namespace: Namespace): string[];
  /** It is gone, and its names are free. */
  forget(key: string): void;
  /** Which of the cluster's names are another one's. Where there are none, it is given those that it wants. */
  problems(cluster: HostedCluster): string[];
}

interface Wanted {
  cluster: HostedCluster;
  names: Set<string>;
}

/** Fed by watches of HostedClusters and namespaces, so that no pass has to list them. */
export function hostNames(): HostNames {
  const known = new Map<string, Wanted>();
  const recorded = new Map<string, Set<string>>();
  // Given, and perhaps not on record yet.
  const given = new Map<string, Set<string>>();
  let learned: Promise<void> | undefined;
  const wanting = (names: Set<string>, but: string) =>
    [...known].filter(([key, each]) => key !== but && overlap(each.names, names)).map(([key]) => key);
  const has = (key: string, name: string) => recorded.get(key)?.has(name) || given.get(key)?.has(name);
  /** Lower comes first. */
  const rank = (cluster: HostedCluster, name: string) =>
    `${has(keyOf(cluster), name) ? 0 : 1} ${cluster.metadata?.creationTimestamp} ${keyOf(cluster)}`;

  function firstOf(name: string, cluster: HostedCluster): HostedCluster | undefined {
    const mine = rank(cluster, name);
    const others = [...known].filter(([key]) => key !== keyOf(cluster));
    const claims = others.filter(([key, { names }]) => names.has(name) || has(key, name));
    return claims.map(([, each]) => each.cluster).find((each) => rank(each, name) < mine);
  }

  return {
    learn(kube) {
      learned ??= kube.list(Namespace, { labels: { [controlPlaneLabel]: "true" } }).then(
        (namespaces) => {
          for (const namespace of namespaces) {
            const key = ownerOf(namespace);
            if (!recorded.has(key)) recorded.set(key, recordedNames(namespace));
          }
        },
        (error) => {
          learned = undefined;
          throw error;
        },
      );
      return learned;
    },
    follow(cluster) {
      const key = keyOf(cluster);
      const names = new Set(wantedNames(cluster).map(({ name }) => name));
      const before = known.get(key)?.names ?? [];
      known.set(key, { cluster, names });
      return wanting(new Set([...names, ...before]), key);
    },
    record(namespace) {
      const key = ownerOf(namespace);
      const names = recordedNames(namespace);
      const before = recorded.get(key) ?? [];
      recorded.set(key, names);
      return wanting(new Set([...names, ...before]), key);
    },
    forget(key) {
      known.delete(key);
      recorded.delete(key);
      given.delete(key);
    },
    problems(cluster) {
      const wanted = wantedNames(cluster);
      const problems = wanted.flatMap(({ field, name }) => {
        const first = firstOf(name, cluster);
        if (!first) return [];
        return [`${field} is ${name}, which ${spoken(first, cluster)} has already: choose another host name`];
      });
      // From now on, and not once it is on record: meanwhile another one may ask.
      if (problems.length === 0) given.set(keyOf(cluster), new Set(wanted.map(({ name }) => name)));
      return problems;
    },
  };
}

/** What is put on record for a cluster that has the names that it wants. */
export function hostNamesRecord(cluster: HostedCluster): string {
  return [...new Set(wantedNames(cluster).map(({ name }) => name))].sort().join();
}

const ownerOf = ({ metadata }: Namespace) => metadata?.annotations?.[ownerAnnotation] ?? "";

function recordedNames({ metadata }: Namespace): Set<string> {
  return new Set((metadata?.annotations?.[hostNamesAnnotation] ?? "").split(",").filter(Boolean));
}

const overlap = (some: Set<string>, others: Set<string>) => [...some].some((name) => others.has(name));

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

/** Whose it is stays unsaid where that may be another tenant. */
function spoken({ metadata }: HostedCluster, asker: HostedCluster): string {
  return metadata?.namespace === asker.metadata?.namespace
    ? `the HostedCluster ${metadata?.name}`
    : "another HostedCluster";
}
