import { AgentCluster } from "../../api/agent-cluster.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import { AgentMachineTemplate } from "../../api/agent-machine-template.ts";
import { Cluster, Machine, MachineDeployment, MachineHealthCheck, MachineSet } from "../../api/cluster-api.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Kind } from "../../kube/kind.ts";

/** Kinds whose objects a backup holds, all that there are in the control plane's namespace, besides Secrets and ConfigMaps. */
export const recordedKinds: readonly Kind[] = [
  HostedControlPlane,
  Cluster,
  MachineDeployment,
  MachineSet,
  Machine,
  MachineHealthCheck,
  AgentCluster,
  AgentMachineTemplate,
  AgentMachine,
];
