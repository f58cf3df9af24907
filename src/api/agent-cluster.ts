import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { agentClusterSpec, agentClusterStatus } from "./schema/agent-cluster.ts";

/** Cluster API's infrastructure object of a cluster whose nodes are Agents. */
export type AgentCluster = Resource & {
  spec: Static<typeof agentClusterSpec>;
  status?: Static<typeof agentClusterStatus>;
};
export const AgentCluster = kind<AgentCluster>(
  "capi-provider.agent-install.openshift.io/v1beta1",
  "AgentCluster",
  "agentclusters",
);
