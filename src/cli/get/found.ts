import type { Kind } from "../../kube/kind.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";

/** The objects a `get` asks for: all, those of a namespace, or the one of that name (in whichever namespace has it). */
export async function found<R extends Resource>(
  kube: Kube,
  kind: Kind<R>,
  { name, namespace }: { name?: string; namespace?: string },
): Promise<R[]> {
  if ((await kube.kindOf(kind.apiVersion, kind.kind)) === undefined) {
    throw new Error(`The management cluster ${kube.server} does not know ${kind.kind}s: run "hcp install" first`);
  }
  const all = await kube.list(kind, namespace ? { namespace } : {});
  const matching = all.filter(({ metadata }) => name === undefined || metadata?.name === name);
  if (name !== undefined && matching.length === 0) {
    throw new Error(`There is no ${kind.kind} ${name}${namespace ? ` in namespace ${namespace}` : ""}`);
  }
  return matching.sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

function keyOf({ metadata }: Resource): string {
  return `${metadata?.namespace}/${metadata?.name}`;
}
