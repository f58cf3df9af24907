import type { Resource } from "./resource.ts";

/** Where the API server keeps objects of one kind. The type parameter only exists for the compiler. */
export interface Kind<R extends Resource = Resource> {
  /** `v1`, or `group/version`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The last part of the request path, such as `hostedclusters`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: carries the object's type. */
  readonly type?: R;
}

/** Names a namespaced kind: `kind<Pod>("v1", "Pod", "pods")`. */
export function kind<R extends Resource>(apiVersion: string, name: string, plural: string): Kind<R> {
  return { apiVersion, kind: name, plural, namespaced: true };
}

/** Names a kind whose objects live outside namespaces: `clusterKind<Node>("v1", "Node", "nodes")`. */
export function clusterKind<R extends Resource>(apiVersion: string, name: string, plural: string): Kind<R> {
  return { apiVersion, kind: name, plural, namespaced: false };
}
