// The type comes from the schema, the value is light: only tools and tests load the schemas at run time.
import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { hostedClusterSpec, hostedClusterStatus } from "./schema/hosted-cluster.ts";

/** A cluster whose control plane runs here. */
export type HostedCluster = Resource & {
  spec: Static<typeof hostedClusterSpec>;
  status?: Static<typeof hostedClusterStatus>;
};
export const HostedCluster = kind<HostedCluster>("hypershift.openshift.io/v1beta1", "HostedCluster", "hostedclusters");
