import {
  type ContractReference,
  clusterApiVersion,
  type MachineDeployment,
  type MachineSet,
  type MachineTemplate,
} from "../../api/cluster-api.ts";
import type { NodePool } from "../../api/node-pool.ts";
import { nodePoolAnnotation } from "../../ignition/token-secret.ts";
import { goDurationSeconds } from "./go-duration-seconds.ts";
import { machineMetadata, poolLabel } from "./machine-metadata.ts";

/** What the machines of a pool are made from. */
export interface MachinesFacts {
  pool: NodePool;
  /** The control plane's namespace. */
  namespace: string;
  /** Name of the Cluster API Cluster. */
  clusterName: string;
  /** Version of the pool's release. */
  version: string;
  userDataSecret: string;
  infrastructure: ContractReference;
  /** How many machines there are already, for pools whose size somebody else chooses. */
  present?: number;
}

/** Which machines are the pool's. */
export function machineSelector({ pool, clusterName }: Pick<MachinesFacts, "pool" | "clusterName">) {
  return { "cluster.x-k8s.io/cluster-name": clusterName, [poolLabel]: pool.metadata?.name ?? "" };
}

/** For upgradeType Replace: Cluster API replaces machines where their configuration changes. */
export function machineDeployment(facts: MachinesFacts): MachineDeployment {
  const { replace } = facts.pool.spec.management;
  const type = replace?.strategy ?? "RollingUpdate";
  const { maxSurge = 1, maxUnavailable = 0 } = replace?.rollingUpdate ?? {};
  return {
    apiVersion: clusterApiVersion,
    kind: "MachineDeployment",
    metadata: metadata(facts),
    spec: {
      clusterName: facts.clusterName,
      replicas: replicas(facts),
      selector: { matchLabels: machineSelector(facts) },
      rollout: {
        strategy: { type, ...(type === "RollingUpdate" ? { rollingUpdate: { maxSurge, maxUnavailable } } : {}) },
      },
      template: template(facts),
    },
  };
}

/** For upgradeType InPlace: a changed configuration is for machines to come; those that are there stay. */
export function machineSet(facts: MachinesFacts): MachineSet {
  return {
    apiVersion: clusterApiVersion,
    kind: "MachineSet",
    metadata: metadata(facts),
    spec: {
      clusterName: facts.clusterName,
      replicas: replicas(facts),
      selector: { matchLabels: machineSelector(facts) },
      template: template(facts),
    },
  };
}

function metadata({ pool, namespace, clusterName }: MachinesFacts) {
  const { name, namespace: from } = pool.metadata ?? {};
  return {
    name,
    namespace,
    labels: machineSelector({ pool, clusterName }),
    annotations: { [nodePoolAnnotation]: `${from}/${name}` },
  };
}

/** A pool that is scaled automatically keeps the size that it has, within its limits. */
export function replicas({ pool, present }: Pick<MachinesFacts, "pool" | "present">): number {
  const { autoScaling } = pool.spec;
  if (!autoScaling) return pool.spec.replicas ?? 0;
  return Math.min(Math.max(present ?? autoScaling.min, autoScaling.min), autoScaling.max);
}

function template(facts: MachinesFacts): MachineTemplate {
  const { pool, clusterName, version, userDataSecret, infrastructure } = facts;
  const nodeDrainTimeoutSeconds = goDurationSeconds(pool.spec.nodeDrainTimeout);
  const nodeVolumeDetachTimeoutSeconds = goDurationSeconds(pool.spec.nodeVolumeDetachTimeout);
  return {
    metadata: machineMetadata(pool, clusterName),
    spec: {
      clusterName,
      version: `v${version.replace(/^v/, "")}`,
      bootstrap: { dataSecretName: userDataSecret },
      infrastructureRef: infrastructure,
      deletion: {
        // Without its webhooks Cluster API has no default for this.
        nodeDeletionTimeoutSeconds: 10,
        ...(nodeDrainTimeoutSeconds !== undefined ? { nodeDrainTimeoutSeconds } : {}),
        ...(nodeVolumeDetachTimeoutSeconds !== undefined ? { nodeVolumeDetachTimeoutSeconds } : {}),
      },
    },
  };
}
