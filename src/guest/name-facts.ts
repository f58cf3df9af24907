import type { Resource } from "../kube/resource.ts";

/** What tells objects apart, and no more: of those that the cluster's users can make as large as they like. */
export function nameFacts<R extends Resource>({ metadata = {} }: R): R {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { metadata: { name, namespace, uid, resourceVersion } } as R;
}
