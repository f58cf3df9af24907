import { Agent } from "../../api/agent.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import { ConfigMap, Namespace, Secret } from "../../kube/kinds.ts";
import { belongsToControlPlane } from "../backup/belongs.ts";
import type { Recorded } from "../backup/recorded.ts";
import { recordedKinds } from "../backup/recorded-kinds.ts";

/**
 * Which objects cannot be a cluster's, as `kind namespace/name`. A backup that this installation made has none: whoever
 * can write to the store is not to make what he likes in the management cluster.
 */
export function strangers(objects: readonly Recorded[], cluster: { namespace: string; name: string }): string[] {
  const plane = controlPlaneNamespace({ metadata: cluster });
  return objects
    .filter((each) => !isConsistent(each) || !isOf(each, cluster, plane))
    .map(({ facts: { kind, namespace, name } }) => `${kind} ${namespace ? `${namespace}/` : ""}${name}`);
}

/** What is made is the object, and what is asked are its facts: both are to speak of the same. */
function isConsistent({ facts, object }: Recorded): boolean {
  const { apiVersion, kind, metadata } = object;
  return (
    apiVersion === facts.apiVersion &&
    kind === facts.kind &&
    metadata?.name === facts.name &&
    metadata?.namespace === facts.namespace
  );
}

function isOf({ facts, object }: Recorded, cluster: { namespace: string; name: string }, plane: string): boolean {
  const { kind, apiVersion, namespace, name } = facts;
  const is = (each: { kind: string; apiVersion: string }) => each.kind === kind && each.apiVersion === apiVersion;
  if (is(Namespace)) return name === plane;
  if (is(HostedCluster)) return namespace === cluster.namespace && name === cluster.name;
  if (is(NodePool)) return namespace === cluster.namespace && (object as NodePool).spec?.clusterName === cluster.name;
  if (is(Secret) || is(ConfigMap)) {
    return (namespace === cluster.namespace || namespace === plane) && belongsToControlPlane(object);
  }
  if (is(Agent)) return (object as Agent).spec?.clusterDeploymentName?.namespace === plane;
  return recordedKinds.some(is) && namespace === plane;
}
