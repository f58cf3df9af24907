import { AgentMachine } from "../../api/agent-machine.ts";
import { Cluster, Machine, MachineDeployment, MachineSet } from "../../api/cluster-api.ts";
import { heldAnnotation } from "../../api/held.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { NodePool } from "../../api/node-pool.ts";
import { wantedRecoveryAnnotation } from "../../api/wanted-recovery.ts";
import { ordersName } from "../../control-plane/etcd/orders.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Recorded } from "../backup/recorded.ts";

/** Kinds whose deletion goes on where it was: a machine that was to go is to go, and not another in its place. */
const goesOn: readonly string[] = [NodePool, MachineDeployment, MachineSet, Machine, AgentMachine].map(
  ({ kind }) => kind,
);

/**
 * The objects of a backup that are made again, so that nobody acts on any of them before all are there, and nobody on
 * machines before the control plane is proved. A cluster that was paused wakes with its restore; its pools stay as they
 * were.
 */
export function heldObjects(objects: readonly Recorded[], { madeBy }: { madeBy: string }): Recorded[] {
  return objects.filter(isMadeAgain).map(({ facts, object }) => {
    const { deleting, ...living } = facts;
    return {
      facts: deleting && goesOn.includes(facts.kind) ? facts : living,
      object: held(object, madeBy),
    };
  });
}

/** Orders to members of etcd speak of volumes that are not there; and what went and held up nothing is gone. */
function isMadeAgain({ facts: { kind, name, deleting }, object }: Recorded): boolean {
  if (kind === "ConfigMap" && name === ordersName) return false;
  if (!deleting) return true;
  return goesOn.includes(kind)
    ? (object.metadata?.finalizers?.length ?? 0) > 0
    : !["Secret", "ConfigMap"].includes(kind);
}

function held(object: Resource, madeBy: string): Resource {
  switch (object.kind) {
    case HostedCluster.kind:
      return annotated(awake(object), heldAnnotation, "everything");
    case HostedControlPlane.kind:
      return annotated(awake(object), wantedRecoveryAnnotation, JSON.stringify({ id: madeBy, mode: "Stopped" }));
    case Cluster.kind:
      return { ...object, spec: { ...(object as Cluster).spec, paused: true } } as Resource;
    default:
      return object;
  }
}

function annotated(object: Resource, annotation: string, value: string): Resource {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata?.annotations, [annotation]: value } } };
}

function awake(object: Resource): Resource {
  const { pausedUntil: _, ...spec } = (object as HostedCluster).spec;
  return { ...object, spec } as Resource;
}
