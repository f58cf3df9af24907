import type { Kind } from "./kind.ts";
import type { Kube } from "./kube.ts";
import type { Resource } from "./resource.ts";

/** True where the object is being deleted and waits for its finalizers. */
export const isBeingDeleted = (object: Resource) => object.metadata?.deletionTimestamp !== undefined;

export const hasFinalizer = (object: Resource, finalizer: string) =>
  object.metadata?.finalizers?.includes(finalizer) ?? false;

/** Adds the finalizer; fails with a conflict where the object changed meanwhile. Returns the object as it is then. */
export function addFinalizer<R extends Resource>(kube: Kube, kind: Kind<R>, object: R, finalizer: string): Promise<R> {
  return writeFinalizers(kube, kind, object, [...(object.metadata?.finalizers ?? []), finalizer]);
}

/** Drops the finalizer, so that the object can go; fails with a conflict where the object changed meanwhile. */
export function dropFinalizer<R extends Resource>(kube: Kube, kind: Kind<R>, object: R, finalizer: string): Promise<R> {
  const others = (object.metadata?.finalizers ?? []).filter((one) => one !== finalizer);
  return writeFinalizers(kube, kind, object, others);
}

function writeFinalizers<R extends Resource>(kube: Kube, kind: Kind<R>, object: R, finalizers: string[]): Promise<R> {
  const { name = "", namespace, resourceVersion } = object.metadata ?? {};
  return kube.patch(kind, name, namespace, { metadata: { resourceVersion, finalizers } });
}
