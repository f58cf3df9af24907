import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { isMadeHere } from "./is-made-here.ts";
import { namedObjects, type Reference, references } from "./references.ts";

/**
 * References whose copy would get the name of something that the control plane makes itself: it would overwrite that,
 * and take it away once the reference is dropped.
 */
export function copyNameProblems(cluster: HostedCluster): string[] {
  const copies = references(cluster);
  return namedObjects(cluster).flatMap(({ kind, field, from, to, isOwnName }) => {
    if (isOwnName || !isMadeHere(cluster, kind.kind, to)) return [];
    // The very object that is copied there anyway, such as one bundle that two fields name.
    if (copies.some((each) => each.isOwnName && each.kind === kind && each.to === to && each.from === from)) return [];
    return [ownNameProblem({ kind, field, from })];
  });
}

/** That the name of what a field refers to is taken in the control plane's namespace. */
export function ownNameProblem({ kind, field, from }: Pick<Reference, "kind" | "field" | "from">): string {
  return `${field} names the ${kind.kind} ${from}, and the control plane has a ${kind.kind} of its own under that name: give yours another name`;
}
