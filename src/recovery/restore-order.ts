import type { ObjectFacts } from "./manifest.ts";

/** What others need without owning it, first. */
const first = ["Namespace", "Secret", "ConfigMap", "HostedCluster", "HostedControlPlane", "NodePool", "Cluster"];

/**
 * The order in which recorded objects can be made again: an object's owners come before it, since their new uids go
 * into it; besides that what others read comes first.
 */
export function restoreOrder<F extends Pick<ObjectFacts, "kind" | "uid" | "owners">>(objects: readonly F[]): F[] {
  const byUid = new Map(objects.map((each) => [each.uid, each]));
  const done = new Set<F>();
  const add = (each: F) => {
    // Marked before its owners: a circle of owners must not go on for ever.
    if (done.has(each)) return;
    done.add(each);
    for (const { uid } of each.owners) {
      const owner = byUid.get(uid);
      if (owner) add(owner);
    }
    ordered.push(each);
  };
  const ordered: F[] = [];
  for (const each of [...objects].sort((a, b) => rank(a.kind) - rank(b.kind))) add(each);
  return ordered;
}

function rank(kind: string): number {
  const place = first.indexOf(kind);
  return place < 0 ? first.length : place;
}
