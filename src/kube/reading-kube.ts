import type { Informer, Informers } from "./informer.ts";
import type { Kind } from "./kind.ts";
import type { Kube, ListOptions, Picking } from "./kube.ts";
import { overrideKube } from "./override-kube.ts";
import type { Resource } from "./resource.ts";
import { keyOf } from "./watch.ts";

export interface ReadingKubeOptions {
  /** What the controller keeps whole: nothing else is read from memory. */
  // biome-ignore lint/suspicious/noExplicitAny: informers are of different kinds; each is used with its own only.
  kept: readonly Informer<any>[];
  /** Are told what is written, so that it is read back. */
  informers: Pick<Informers, "wrote" | "deleting">;
}

/**
 * A client for passes: reads what the controller keeps whole from memory, as private copies without `managedFields`, and
 * at least as new as what was written by this client. An object that memory has not is asked of the server, and so is
 * everything while memory is not what the server has: before the first list, where the server cannot be followed, where
 * it does not serve the kind, and with `live`. So is a list of which memory had no room for some.
 */
export function readingKube(kube: Kube, { kept, informers }: ReadingKubeOptions): Kube {
  const keeping = <R extends Resource>(kind: Kind<R>): Informer<R>[] =>
    kept.filter((informer) => informer.kind.kind === kind.kind && informer.kind.apiVersion === kind.apiVersion);

  function fromMemory<R extends Resource>(kind: Kind<R>, options: ListOptions & Picking<R>): R[] | undefined {
    if (options.live || Object.keys(options.fields ?? {}).some((field) => field !== "metadata.name")) return undefined;
    const { pick = (object) => object } = options;
    for (const informer of keeping(kind)) {
      const objects = includes(informer, options) ? informer.all(options) : undefined;
      // To pick again from what was picked gives the same.
      if (objects)
        return objects.filter((one) => isAskedFor(one, options, informer)).map((one) => pick(structuredClone(one)));
    }
  }

  /** The write's answer is what is read from now on. */
  async function noting<R extends Resource>(written: Promise<R>, isDryRun = false): Promise<R> {
    const answer = await written;
    if (!isDryRun) informers.wrote(answer);
    return answer;
  }

  return overrideKube(kube, {
    async get(kind, name, namespace, options = {}) {
      options.signal?.throwIfAborted();
      if (options.live) return kube.get(kind, name, namespace, options);
      const key = keyOf({ metadata: placeOf(kind, name, namespace) });
      for (const informer of keeping(kind)) {
        const object = informer.whole(key);
        if (object) return structuredClone(object);
      }
      return kube.get(kind, name, namespace, options);
    },
    async list(kind, options = {}) {
      options.signal?.throwIfAborted();
      return fromMemory(kind, options) ?? kube.list(kind, options);
    },
    create: (object, options) => noting(kube.create(object, options), options?.dryRun),
    replace: (object, options) => noting(kube.replace(object, options), options?.dryRun),
    apply: (object, options) => noting(kube.apply(object, options), options?.dryRun),
    patch: (kind, name, namespace, patch, options) => noting(kube.patch(kind, name, namespace, patch, options)),
    delete: (kind, name, namespace, options) =>
      informers.deleting(
        { apiVersion: kind.apiVersion, kind: kind.kind, metadata: placeOf(kind, name, namespace) },
        () => kube.delete(kind, name, namespace, options),
      ),
  });
}

const placeOf = ({ namespaced }: Pick<Kind, "namespaced">, name: string, namespace: string | undefined) =>
  namespaced ? { name, namespace } : { name };

/** True where everything that is asked for is followed. */
function includes({ scope }: Pick<Informer<Resource>, "scope">, { namespace, labels = {} }: ListOptions): boolean {
  if (scope.namespace !== undefined && scope.namespace !== namespace) return false;
  return Object.entries(scope.labels ?? {}).every(([label, value]) => labels[label] === value);
}

function isAskedFor(
  { metadata }: Resource,
  { namespace, labels = {}, fields }: ListOptions,
  { scope }: Pick<Informer<Resource>, "scope">,
): boolean {
  if (namespace !== undefined && metadata?.namespace !== namespace) return false;
  if (fields && metadata?.name !== fields["metadata.name"]) return false;
  // Those that all have may be missing in what is picked.
  const others = Object.entries(labels).filter(([label]) => scope.labels?.[label] === undefined);
  return others.every(([label, value]) => metadata?.labels?.[label] === value);
}
