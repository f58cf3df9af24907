import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { type Outcome, wait } from "../../kube/controller.ts";
import type { Namespace } from "../../kube/kinds.ts";
import { asSeen } from "./as-seen.ts";
import { controlPlaneLabel } from "./control-plane-label.ts";
import { hostNamesAnnotation, hostNamesRecord } from "./host-names.ts";
import { overrideOf } from "./override-problems.ts";
import { type Pass, state } from "./pass.ts";

const lookAgainMs = 20_000;

/** Makes the control plane's namespace; refuses one that is not this cluster's, which deletion would take away. */
export async function ensureNamespace(pass: Pass): Promise<Outcome> {
  const { kube, cluster, namespace, presentNamespace: present } = pass;
  const owner = `${cluster.metadata?.namespace}/${cluster.metadata?.name}`;
  if (present?.metadata?.deletionTimestamp) {
    throw new Error(
      `The namespace ${namespace} of an earlier control plane is still being deleted; it is made anew after that`,
    );
  }
  if (present && !pass.ownsNamespace) {
    const problem = foreign(present, owner);
    state(pass, { type: "ValidConfiguration", status: "False", reason: "InvalidConfiguration", message: problem });
    // No watch tells when it is given over: only what we made has our label.
    return wait("InvalidConfiguration", problem, lookAgainMs);
  }
  pass.presentNamespace = await kube.apply(asSeen(namespaceObject(pass), present));
  pass.ownsNamespace = true;
}

/** Why a namespace that is there already cannot be taken. Whose it is stays unsaid: that may be another tenant. */
function foreign({ metadata }: Namespace, owner: string): string {
  const name = metadata?.name;
  if (metadata?.annotations?.[ownerAnnotation]) {
    return `the namespace ${name} belongs to another HostedCluster: two clusters whose namespace and name join to the same text cannot both exist; choose another name`;
  }
  return `the namespace ${name} is there already and was not made for this cluster: choose another name, or give the namespace over with "kubectl annotate namespace ${name} ${ownerAnnotation}=${owner}" (it is deleted together with the cluster)`;
}

/** All pods of a control plane fit `restricted`; what a release or its author wants beyond that is not to be had. */
function namespaceObject({ cluster, namespace, options }: Pass): Namespace {
  const { name, namespace: from } = cluster.metadata ?? {};
  const level = overrideOf(cluster, "pod-security-admission-label-override", options.allowedOverrides) ?? "restricted";
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace,
      annotations: { [ownerAnnotation]: `${from}/${name}`, [hostNamesAnnotation]: hostNamesRecord(cluster) },
      labels: {
        [controlPlaneLabel]: "true",
        "hypershift.openshift.io/hosted-cluster-namespace": from ?? "",
        "hypershift.openshift.io/hosted-cluster": (name ?? "").slice(0, 63),
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/audit": level,
        "pod-security.kubernetes.io/warn": level,
        "security.openshift.io/scc.podSecurityLabelSync": "false",
      },
    },
  };
}
