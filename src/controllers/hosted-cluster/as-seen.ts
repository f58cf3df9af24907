import type { Resource } from "../../kube/resource.ts";

/**
 * A manifest that is applied only to the very object that was seen, where one was: with its uid the server refuses to
 * make another in its place. What is remembered may be gone by now, and its keys and data with it.
 */
export function asSeen<R extends Resource>(manifest: R, seen: Resource | undefined): R {
  const uid = seen?.metadata?.uid;
  return uid ? { ...manifest, metadata: { ...manifest.metadata, uid } } : manifest;
}
