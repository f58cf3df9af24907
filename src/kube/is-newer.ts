/** Versions of one API server are growing numbers: officially so since Kubernetes 1.35, and always so with etcd. */
export const isNewer = (version: string, than: string) =>
  version.length === than.length ? version > than : version.length > than.length;
