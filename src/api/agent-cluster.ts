import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { Condition } from "./condition.ts";

/** Cluster API's infrastructure object of a cluster whose nodes are Agents. */
export interface AgentCluster extends Resource {
  spec: {
    releaseImage?: string;
    clusterName?: string;
    baseDomain?: string;
    pullSecretRef?: { name: string };
    controlPlaneEndpoint?: { host: string; port: number };
    ignitionEndpoint?: { url: string; caCertificateReference?: { name: string; namespace: string } };
    /** The namespace whose Agents this cluster may take. */
    agentNamespace?: string;
  };
  status?: {
    ready?: boolean;
    initialization?: { provisioned?: boolean };
    failureReason?: string;
    failureMessage?: string;
    conditions?: Condition[];
  };
}
export const AgentCluster = kind<AgentCluster>(
  "capi-provider.agent-install.openshift.io/v1beta1",
  "AgentCluster",
  "agentclusters",
);
