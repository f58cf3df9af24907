import { Stalled } from "../../kube/controller.ts";
import { Namespace } from "../../kube/kinds.ts";
import { type Pass, state } from "./pass.ts";

/** On a control plane's namespace: whose it is, as `namespace/name`. */
export const ownerAnnotation = "hypershift.openshift.io/cluster";

/** On everything in the management cluster that belongs to one hosted cluster: its key with a dash, as labels allow no slash. */
export const controlPlaneLabel = "hypershift.openshift.io/hosted-control-plane";

/** Makes the control plane's namespace; refuses one that is not this cluster's, which deletion would take away. */
export async function ensureNamespace(pass: Pass): Promise<void> {
  const { kube, cluster, namespace } = pass;
  const owner = `${cluster.metadata?.namespace}/${cluster.metadata?.name}`;
  const present = await kube.get(Namespace, namespace);
  if (present?.metadata?.deletionTimestamp) {
    throw new Error(
      `The namespace ${namespace} of an earlier control plane is still being deleted; it is made anew after that`,
    );
  }
  const problem = present && foreign(present, owner);
  if (problem) {
    state(pass, { type: "ValidConfiguration", status: "False", reason: "InvalidConfiguration", message: problem });
    throw new Stalled("InvalidConfiguration", problem);
  }
  await kube.apply(namespaceObject(pass));
}

/** Why a namespace that is there already cannot be taken, or nothing. */
export function foreign(present: Namespace, owner: string): string | undefined {
  const name = present.metadata?.name;
  const found = present.metadata?.annotations?.[ownerAnnotation];
  if (found === owner) return undefined;
  if (found) {
    return `the namespace ${name} belongs to the HostedCluster ${found}: two clusters whose namespace and name join to the same text cannot both exist; choose another name`;
  }
  return `the namespace ${name} is there already and was not made for this cluster: choose another name, or give the namespace over with "kubectl annotate namespace ${name} ${ownerAnnotation}=${owner}" (it is deleted together with the cluster)`;
}

function namespaceObject({ cluster, namespace }: Pass): Namespace {
  const { name, namespace: from, annotations = {} } = cluster.metadata ?? {};
  const level = annotations["hypershift.openshift.io/pod-security-admission-label-override"] || "privileged";
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace,
      annotations: { [ownerAnnotation]: `${from}/${name}` },
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
