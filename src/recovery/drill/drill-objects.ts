import { drillAnnotation } from "../../api/drill-namespace.ts";
import { drillPriorityClass } from "../../api/drill-priority-class.ts";
import { durableRecordName } from "../../api/durable-record-name.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { keptTokenName } from "../../api/kept-token-name.ts";
import { wantedRecoveryAnnotation } from "../../api/wanted-recovery.ts";
import { isMadeOnce } from "../../control-plane/keys.ts";
import { encryptionName } from "../../control-plane/kube-apiserver/files.ts";
import type { ConfigMap, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { namesIn } from "../backup/belongs.ts";
import type { Recorded } from "../backup/recorded.ts";
import { drillSpec } from "./drill-spec.ts";
import { keptAnnotations } from "./kept-annotations.ts";

/** Where a drill's control plane is to be. */
export interface DrillPlace {
  namespace: string;
  /** Of the drill, by which the control-plane-operator tells it from other recoveries. */
  id: string;
}

/**
 * What a drill needs of a backup's objects, in the drill's own namespace: the keys that were made once, what the control
 * plane's spec names, and last the HostedControlPlane, of which nothing runs until it is told to. Whatever follows from
 * these, with names and addresses of the live cluster in it, is left behind and made anew; and so is all that has to do
 * with nodes.
 */
export function drillObjects(objects: readonly Recorded[], { namespace, id }: DrillPlace): Resource[] {
  const plane = objects.find(({ facts }) => facts.kind === HostedControlPlane.kind);
  if (!plane) throw new Error("Cannot drill: the HostedControlPlane is not among the objects of the backup");
  const { metadata, spec: recordedSpec } = plane.object as HostedControlPlane;
  const spec = drillSpec(recordedSpec);
  const named = namesIn(spec);
  const files = objects
    .filter(({ facts }) => facts.namespace === plane.facts.namespace)
    .flatMap(({ facts: { kind, name }, object }) => {
      if (kind === "Secret") return isNeeded(name, named) ? [moved(object, namespace)] : [];
      if (kind !== "ConfigMap") return [];
      if (name === durableRecordName) return [recordOfSigners(object, namespace)];
      return named.has(name) ? [moved(object, namespace)] : [];
    });
  const { apiVersion, kind } = HostedControlPlane;
  const hcp: HostedControlPlane = {
    apiVersion,
    kind,
    metadata: {
      name: metadata?.name,
      namespace,
      annotations: {
        ...keptAnnotations(metadata?.annotations),
        "hypershift.openshift.io/disable-ignition-server": "true",
        "hypershift.openshift.io/control-plane-priority-class": drillPriorityClass,
        "hypershift.openshift.io/api-critical-priority-class": drillPriorityClass,
        "hypershift.openshift.io/etcd-priority-class": drillPriorityClass,
        [drillAnnotation]: id,
        [wantedRecoveryAnnotation]: JSON.stringify({ id, mode: "Stopped" }),
      },
    },
    spec,
  };
  return [...files, hcp];
}

const isNeeded = (name: string, named: ReadonlySet<string>) =>
  isMadeOnce(name) || name === encryptionName || name === keptTokenName || named.has(name);

/** Without labels: nobody is to find it who looks for what belongs to the live cluster. */
function moved(object: Resource & Pick<Secret, "type" | "data">, namespace: string): Resource {
  const { apiVersion, kind, type, data } = object;
  const { name, annotations } = object.metadata ?? {};
  const metadata = { name, namespace, ...(annotations && { annotations }) };
  return { apiVersion, kind, metadata, ...(type && { type }), data } as Secret;
}

/** Of what the control plane has been, only whose keys are its own: it never had an etcd. */
function recordOfSigners({ data }: Resource & Pick<ConfigMap, "data">, namespace: string): ConfigMap {
  const { signers } = data ?? {};
  const metadata = { name: durableRecordName, namespace };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: signers ? { signers } : {} };
}
