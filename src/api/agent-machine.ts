import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { agentMachineSpec, agentMachineStatus } from "./schema/agent-machine.ts";
import type { labelSelector } from "./schema/label-selector.ts";

/** A label selector, as Kubernetes writes it. */
export type LabelSelector = Static<ReturnType<typeof labelSelector>>;

export type AgentMachineSpec = Static<typeof agentMachineSpec>;

/** Cluster API's infrastructure object of one machine: takes a free Agent and has it installed. */
export type AgentMachine = Resource & { spec: AgentMachineSpec; status?: Static<typeof agentMachineStatus> };
export const AgentMachine = kind<AgentMachine>(
  "capi-provider.agent-install.openshift.io/v1beta1",
  "AgentMachine",
  "agentmachines",
);
