import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { agentMachineTemplateSpec } from "./schema/agent-machine-template.ts";

/** The mould that Cluster API makes the AgentMachines of a node pool from. */
export type AgentMachineTemplate = Resource & { spec: Static<typeof agentMachineTemplateSpec> };
export const AgentMachineTemplate = kind<AgentMachineTemplate>(
  "capi-provider.agent-install.openshift.io/v1beta1",
  "AgentMachineTemplate",
  "agentmachinetemplates",
);
