/** What every Kubernetes object carries in `metadata`. Times are RFC 3339 strings, as on the wire. */
export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  /** Who wrote which fields; only in answers of the server. */
  managedFields?: { manager?: string; operation?: string }[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Any Kubernetes object. Typed kinds extend it, so that a list of mixed manifests is a `Resource[]`. */
export interface Resource {
  apiVersion?: string;
  kind?: string;
  metadata?: ObjectMeta;
}
