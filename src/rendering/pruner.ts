import type { Kind } from "../kube/kind.ts";
import type { Kube, ListOptions } from "../kube/kube.ts";
import type { Resource } from "../kube/resource.ts";

export interface Pruning {
  kube: Kube;
  kinds: readonly Kind[];
  /** Where rendered objects are looked for. */
  within: ListOptions;
  /** Whether an object found there was rendered once, and may go. */
  isOurs: (object: Resource) => boolean;
  rendered: readonly Resource[];
}

/**
 * What deletes, after each complete pass, the objects that an earlier one rendered and this one does not, and resolves
 * with them. It looks for them only when other objects are rendered than the last time.
 */
export function pruner(): (pruning: Pruning) => Promise<Resource[]> {
  let last: string | undefined;
  return async ({ kube, kinds, within, isOurs, rendered }) => {
    const wanted = new Set(rendered.map(keyOf));
    const signature = [...wanted].sort().join(" ");
    if (signature === last) return [];
    const pruned: Resource[] = [];
    for (const kind of kinds) {
      for (const object of await kube.list(kind, within)) {
        if (wanted.has(keyOf(object)) || !isOurs(object)) continue;
        const { name = "", namespace, uid } = object.metadata ?? {};
        await kube.delete(kind, name, namespace, { uid });
        pruned.push(object);
      }
    }
    last = signature;
    return pruned;
  };
}

const keyOf = ({ kind, metadata }: Resource) => `${kind}/${metadata?.namespace ?? ""}/${metadata?.name}`;
