import type { Kind } from "../../kube/kind.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";

interface Found<R> {
  objects: R[];
  /** What there is to say where there are none. */
  none: string;
}

/**
 * The objects a `get` asks for: all, those of a namespace, or the one of that name (in whichever namespace has it).
 * `make` is the command that makes one.
 */
export async function found<R extends Resource>(
  kube: Kube,
  kind: Kind<R>,
  { name, namespace }: { name?: string; namespace?: string },
  make: string,
): Promise<Found<R>> {
  if ((await kube.kindOf(kind.apiVersion, kind.kind)) === undefined) {
    throw new Error(`The management cluster ${kube.server} does not know ${kind.kind}s: run "hcp install" first`);
  }
  const all = await kube.list(kind, namespace ? { namespace } : {});
  const matching = all.filter(({ metadata }) => name === undefined || metadata?.name === name);
  if (name !== undefined && matching.length === 0) {
    throw new Error(`There is no ${kind.kind} ${name}${namespace ? ` in namespace ${namespace}` : ""}`);
  }
  const objects = matching.sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  if (objects.length > 0 || !namespace) return { objects, none: `There are no ${kind.kind}s; make one with "${make}"` };
  const elsewhere = [...new Set((await kube.list(kind)).map(({ metadata }) => metadata?.namespace))].sort().join(", ");
  const advice = elsewhere ? `there are some in ${elsewhere}` : `make one with "${make} --namespace ${namespace}"`;
  return { objects, none: `There are no ${kind.kind}s in namespace ${namespace}; ${advice}` };
}

function keyOf({ metadata }: Resource): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}
