import type { Kind } from "../../kube/kind.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { isCopy } from "./copies.ts";

export interface Copy {
  kind: Kind;
  name: string;
  uid?: string;
}

/** The copies in control planes' namespaces, as watches show them: each one more brings a pass over its cluster. */
export interface KnownCopies {
  follow(kind: Kind, object: Resource): void;
  forget(kind: Kind, key: string): void;
  in(namespace: string): Copy[];
  has(kind: Kind, name: string, namespace: string): boolean;
}

export function knownCopies(): KnownCopies {
  const known = new Map<string, Map<string, Copy>>();
  const idOf = ({ kind }: Kind, name: string) => `${kind} ${name}`;
  const within = (namespace: string) => known.get(namespace) ?? new Map<string, Copy>();

  function forget(kind: Kind, key: string): void {
    const [namespace = "", name = ""] = key.split("/");
    const copies = within(namespace);
    copies.delete(idOf(kind, name));
    if (copies.size === 0) known.delete(namespace);
  }

  return {
    follow(kind, object) {
      // The label alone is not all that makes a copy.
      if (!isCopy(object)) return forget(kind, keyOf(object));
      const { name = "", namespace = "", uid } = object.metadata ?? {};
      known.set(namespace, within(namespace).set(idOf(kind, name), { kind, name, uid }));
    },
    forget,
    in: (namespace) => [...within(namespace).values()],
    has: (kind, name, namespace) => within(namespace).has(idOf(kind, name)),
  };
}
