import type { ReleaseOptions } from "../release-options.ts";

/** What the operator knows besides the cluster it reconciles; the same for all HostedClusters. */
export interface Options extends ReleaseOptions {
  /** Where the operator itself runs. */
  operatorNamespace: string;
  /** Annotations of HostedClusters, without their group, that loosen the boundary and are obeyed all the same. */
  allowedOverrides: readonly string[];
}
