import type { Kind } from "./kind.ts";
import type { Kube } from "./kube.ts";
import type { Resource } from "./resource.ts";

/**
 * The object as it was last seen, or that it was not: where its kind is kept in memory, no request. For what is used
 * where it is there, and whose coming is an event; never for what is made where it is absent.
 */
export async function seen<R extends Resource>(
  kube: Pick<Kube, "list">,
  kind: Kind<R>,
  name: string,
  namespace: string | undefined,
): Promise<R | undefined> {
  const [object] = await kube.list(kind, { namespace, fields: { "metadata.name": name } });
  return object;
}
