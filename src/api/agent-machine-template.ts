import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { AgentMachineSpec } from "./agent-machine.ts";

/** The mould that Cluster API makes the AgentMachines of a node pool from. */
export interface AgentMachineTemplate extends Resource {
  spec: {
    template: {
      metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
      spec: AgentMachineSpec;
    };
  };
}
export const AgentMachineTemplate = kind<AgentMachineTemplate>(
  "capi-provider.agent-install.openshift.io/v1beta1",
  "AgentMachineTemplate",
  "agentmachinetemplates",
);
