import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { Condition } from "./condition.ts";

/** The part of Cluster API (`cluster.x-k8s.io/v1beta2`) that Roost writes and reads. Its CRDs are upstream's own. */
export const clusterApiVersion = "cluster.x-k8s.io/v1beta2";

/** Label that ties every Cluster API object to its Cluster. */
export const clusterNameLabel = "cluster.x-k8s.io/cluster-name";

/** An object of a provider: Cluster API finds the version by a label of the CRD. */
export interface ContractReference {
  apiGroup: string;
  kind: string;
  name: string;
}

export interface Cluster extends Resource {
  spec: {
    paused?: boolean;
    clusterNetwork?: {
      apiServerPort?: number;
      pods?: { cidrBlocks: string[] };
      services?: { cidrBlocks: string[] };
      serviceDomain?: string;
    };
    controlPlaneEndpoint?: { host: string; port: number };
    controlPlaneRef?: ContractReference;
    infrastructureRef?: ContractReference;
  };
  status?: {
    conditions?: Condition[];
    phase?: string;
    initialization?: { infrastructureProvisioned?: boolean; controlPlaneInitialized?: boolean };
  };
}
export const Cluster = kind<Cluster>(clusterApiVersion, "Cluster", "clusters");

interface MachineSpec {
  clusterName: string;
  bootstrap: { dataSecretName?: string };
  infrastructureRef: ContractReference;
  version?: string;
  providerID?: string;
  deletion?: {
    nodeDrainTimeoutSeconds?: number;
    nodeVolumeDetachTimeoutSeconds?: number;
    nodeDeletionTimeoutSeconds?: number;
  };
  minReadySeconds?: number;
}

export interface MachineTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: MachineSpec;
}

export interface MachineDeployment extends Resource {
  spec: {
    clusterName: string;
    paused?: boolean;
    replicas?: number;
    selector: { matchLabels: Record<string, string> };
    rollout?: {
      strategy: {
        type: "RollingUpdate" | "OnDelete";
        rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
      };
    };
    template: MachineTemplate;
  };
  status?: {
    conditions?: Condition[];
    observedGeneration?: number;
    phase?: string;
    replicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    upToDateReplicas?: number;
  };
}
export const MachineDeployment = kind<MachineDeployment>(clusterApiVersion, "MachineDeployment", "machinedeployments");

export interface MachineSet extends Resource {
  spec: {
    clusterName: string;
    replicas?: number;
    selector: { matchLabels: Record<string, string> };
    template: MachineTemplate;
  };
  status?: { conditions?: Condition[]; replicas?: number; readyReplicas?: number; availableReplicas?: number };
}
export const MachineSet = kind<MachineSet>(clusterApiVersion, "MachineSet", "machinesets");

export interface MachineAddress {
  type: "Hostname" | "ExternalIP" | "InternalIP" | "ExternalDNS" | "InternalDNS";
  address: string;
}

export interface Machine extends Resource {
  spec: MachineSpec;
  status?: {
    conditions?: Condition[];
    phase?: string;
    addresses?: MachineAddress[];
    nodeRef?: { name: string };
    nodeInfo?: { kubeletVersion?: string };
    initialization?: { infrastructureProvisioned?: boolean; bootstrapDataSecretCreated?: boolean };
  };
}
export const Machine = kind<Machine>(clusterApiVersion, "Machine", "machines");

export interface MachineHealthCheck extends Resource {
  spec: {
    clusterName: string;
    selector: { matchLabels: Record<string, string> };
    checks?: {
      nodeStartupTimeoutSeconds?: number;
      unhealthyNodeConditions?: { type: string; status: string; timeoutSeconds: number }[];
    };
    remediation?: { triggerIf?: { unhealthyLessThanOrEqualTo?: number | string; unhealthyInRange?: string } };
  };
  status?: { conditions?: Condition[]; expectedMachines?: number; currentHealthy?: number };
}
export const MachineHealthCheck = kind<MachineHealthCheck>(
  clusterApiVersion,
  "MachineHealthCheck",
  "machinehealthchecks",
);
