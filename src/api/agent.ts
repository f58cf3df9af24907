import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { Condition } from "./condition.ts";

/** What a host says of itself when it registers. */
export interface HostInventory {
  hostname?: string;
  bmcAddress?: string;
  interfaces?: {
    name?: string;
    macAddress?: string;
    ipV4Addresses?: string[];
    ipV6Addresses?: string[];
    speedMbps?: number;
    hasCarrier?: boolean;
  }[];
  cpu?: { count?: number; architecture?: string; modelName?: string };
  memory?: { physicalBytes?: number; usableBytes?: number };
  disks?: { name?: string; path?: string; sizeBytes?: number; driveType?: string; installationEligibility?: object }[];
  systemVendor?: { manufacturer?: string; productName?: string; serialNumber?: string; virtual?: boolean };
}

/** How far the installation of a host is. */
export interface HostProgress {
  currentStage?: string;
  progressInfo?: string;
  stageStartTime?: string;
  stageUpdateTime?: string;
  /** The binding (an AgentMachine's uid) that the stage belongs to. */
  installation?: string;
}

/** A host that booted the discovery image of an InfraEnv and registered. */
export interface Agent extends Resource {
  spec: {
    approved: boolean;
    clusterDeploymentName?: { name: string; namespace: string };
    hostname?: string;
    role?: string;
    installation_disk_id?: string;
    ignitionConfigOverrides?: string;
    installerArgs?: string;
    machineConfigPool?: string;
    ignitionEndpointTokenReference?: { name: string; namespace: string };
    nodeLabels?: Record<string, string>;
  };
  status?: {
    bootstrap?: boolean;
    role?: string;
    inventory?: HostInventory;
    progress?: HostProgress;
    /** `discovery` where the host runs from memory, `installed` where it runs from its disk. */
    phase?: string;
    conditions?: Condition[];
    debugInfo?: { state?: string; stateInfo?: string; eventsURL?: string; logsURL?: string };
    deploymentName?: { name: string; namespace: string };
  };
}
export const Agent = kind<Agent>("agent-install.openshift.io/v1beta1", "Agent", "agents");

/** Label of an Agent: the InfraEnv that it came through. */
export const infraEnvLabel = "infraenvs.agent-install.openshift.io";
/** Labels of a bound Agent: the AgentMachine that took it. */
export const agentMachineLabel = "agentMachineRef";
export const agentMachineNamespaceLabel = "agentMachineRefNamespace";
/** Annotation of a bound Agent: the uid of the AgentMachine that took it, which tells one installation from the next. */
export const installationAnnotation = "agent-install.openshift.io/installation";
/** Annotation of an Agent: SHA-256 of the credential that its host got when it registered. */
export const credentialAnnotation = "agent-install.openshift.io/host-credential-sha256";
