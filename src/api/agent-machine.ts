import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { MachineAddress } from "./cluster-api.ts";
import type { Condition } from "./condition.ts";

/** A label selector, as Kubernetes writes it. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface AgentMachineSpec {
  /** `agent://<name of the Agent>`, once one is bound. */
  providerID?: string;
  agentLabelSelector?: LabelSelector;
  machineConfigPool?: string;
  ignitionEndpointTokenSecretName?: { name: string };
}

/** Cluster API's infrastructure object of one machine: takes a free Agent and has it installed. */
export interface AgentMachine extends Resource {
  spec: AgentMachineSpec;
  status?: {
    ready?: boolean;
    initialization?: { provisioned?: boolean };
    addresses?: MachineAddress[];
    agentRef?: { name: string; namespace: string };
    failureReason?: string;
    failureMessage?: string;
    conditions?: Condition[];
  };
}
export const AgentMachine = kind<AgentMachine>(
  "capi-provider.agent-install.openshift.io/v1beta1",
  "AgentMachine",
  "agentmachines",
);
