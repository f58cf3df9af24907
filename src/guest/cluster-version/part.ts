import { findCondition } from "../../api/condition.ts";
import type { ControlPlaneComponent } from "../../api/index.ts";
import { isTrue } from "../../api/index.ts";
import type { DaemonSet, Deployment } from "../../kube/kinds.ts";
import { versionAnnotation } from "../component.ts";

/** One program of a cluster, as far as the cluster's version and health depend on it. */
export interface Part {
  name: string;
  /** It does its work, perhaps with fewer replicas than it should. */
  available: boolean;
  /** Every replica is of the wanted version and configuration. */
  rolledOut: boolean;
  /** How many replicas are missing. */
  missing: number;
  /** It runs on nodes, and there is none. */
  homeless?: boolean;
  /** What is not as it should be. */
  message: string;
}

/** A program that runs on nodes of the hosted cluster. */
export function workloadPart(workload: Deployment | DaemonSet, version: string, nodes: number): Part {
  const name = workload.metadata?.name ?? "";
  const { wanted, updated, available, surplus } = counts(workload);
  const observed = (workload.status?.observedGeneration ?? 0) >= (workload.metadata?.generation ?? 0);
  const isVersion = workload.metadata?.annotations?.[versionAnnotation] === version;
  const rolledOut = observed && isVersion && updated >= wanted && surplus === 0;
  const missing = Math.max(0, wanted - available);
  if (nodes === 0 && wanted > 0) {
    const message = `${name} waits for nodes: the cluster has none`;
    return { name, available: false, rolledOut: observed && isVersion, missing: wanted, homeless: true, message };
  }
  return {
    name,
    available: wanted === 0 || available > 0,
    rolledOut: rolledOut && (wanted === 0 || available > 0),
    missing,
    message: rolledOut
      ? `${available} of ${wanted} pods of ${name} are available`
      : `${Math.min(updated, wanted)} of ${wanted} pods of ${name} are up to date`,
  };
}

function counts(workload: Deployment | DaemonSet): {
  wanted: number;
  updated: number;
  available: number;
  surplus: number;
} {
  if (workload.kind === "DaemonSet") {
    const {
      desiredNumberScheduled = 0,
      updatedNumberScheduled = 0,
      // Not those available: they have to have been ready for a while, which paces a roll-out and delays no version.
      numberReady = 0,
    } = (workload as DaemonSet).status ?? {};
    return { wanted: desiredNumberScheduled, updated: updatedNumberScheduled, available: numberReady, surplus: 0 };
  }
  const { spec, status } = workload as Deployment;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  return {
    wanted: spec?.replicas ?? 1,
    updated: updatedReplicas,
    available: availableReplicas,
    surplus: replicas - updatedReplicas,
  };
}

/** A component of the control plane. Nothing is known of one that has not reported yet. */
export function controlPlanePart(name: string, component: ControlPlaneComponent | undefined, version: string): Part {
  if (!component) return absentPart(name);
  const { conditions, version: present } = component.status ?? {};
  const available = isTrue(conditions, "Available");
  const rolledOut = available && isTrue(conditions, "RolloutComplete") && present === version;
  const wrong = findCondition(conditions, available ? "RolloutComplete" : "Available");
  return {
    name,
    available,
    rolledOut,
    missing: 0,
    message: wrong?.message || `${name} is at version ${present ?? "unknown"}`,
  };
}

/** A part of which nothing runs yet. */
export function absentPart(name: string): Part {
  return { name, available: false, rolledOut: false, missing: 0, message: `${name} is not there yet` };
}
