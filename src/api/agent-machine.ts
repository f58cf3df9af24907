import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { agentMachineSpec, agentMachineStatus } from "./schema/agent-machine.ts";
import type { labelSelector } from "./schema/label-selector.ts";

/** A label selector, as Kubernetes writes it. */
export type LabelSelector = Static<ReturnType<typeof labelSelector>>;

type AgentMachineSpec = Static<typeof agentMachineSpec>;

/** Annotation of an AgentMachine: the architecture that its NodePool asks for. */
export const architectureAnnotation = "hypershift.openshift.io/arch";
/** Annotation of an AgentMachine whose Cluster is gone: `true` gives its host back all the same. */
export const releaseHostAnnotation = "agent-install.openshift.io/release-host";

/** Cluster API's infrastructure object of one machine: takes a free Agent and has it installed. */
export type AgentMachine = Resource & { spec: AgentMachineSpec; status?: Static<typeof agentMachineStatus> };
export const AgentMachine = kind<AgentMachine>(
  "capi-provider.agent-install.openshift.io/v1beta1",
  "AgentMachine",
  "agentmachines",
);
