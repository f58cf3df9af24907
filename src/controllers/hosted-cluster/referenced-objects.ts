import type { Kind } from "../../kube/kind.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";

/** Users choose how large theirs are, and this process has the memory of one: larger ones are read each time. */
const mostCharacters = 64 * 1024;
const mostRemembered = 300;

/** Secrets and ConfigMaps that HostedClusters name, remembered from one pass to the next until a watch shows a change. */
export interface ReferencedObjects {
  /** Takes one as a watch shows it. */
  follow(object: Resource): void;
  /** A watch shows that it is gone. */
  forget(kind: Kind, key: string): void;
  get<R extends Resource>(kube: Kube, kind: Kind<R>, name: string, namespace?: string): Promise<R | undefined>;
}

export function referencedObjects(): ReferencedObjects {
  /** The version that a watch has shown. Of one that no watch follows yet nobody would hear that it changed. */
  const shown = new Map<string, string | undefined>();
  const remembered = new Map<string, Resource>();
  const idOf = ({ kind }: { kind?: string }, key: string) => `${kind} ${key}`;

  function remember(id: string, object: Resource): void {
    const version = object.metadata?.resourceVersion;
    if (!version || shown.get(id) !== version || JSON.stringify(object).length > mostCharacters) return;
    remembered.set(id, object);
    const oldest = remembered.keys().next().value;
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
  }

  return {
    follow(object) {
      const id = idOf(object, keyOf(object));
      shown.set(id, object.metadata?.resourceVersion);
      remembered.delete(id);
    },
    forget(kind, key) {
      shown.delete(idOf(kind, key));
      remembered.delete(idOf(kind, key));
    },
    async get<R extends Resource>(kube: Kube, kind: Kind<R>, name: string, namespace?: string) {
      const id = idOf(kind, keyOf({ metadata: { name, namespace } }));
      const known = remembered.get(id) as R | undefined;
      if (known) return structuredClone(known);
      const object = await kube.get(kind, name, namespace);
      if (object) remember(id, structuredClone(object));
      return object;
    },
  };
}
