import { ignitionReportsName } from "../../ignition/token-index.ts";
import type { Role, RoleBinding, ServiceAccount } from "../../kube/kinds.ts";
import type { ControlPlane } from "../control-plane.ts";

const name = "ignition-server";

/**
 * The ignition server, which strangers reach, reads what nodes get by name, and lists no Secret. Each pool adds the right
 * to read its own token Secrets.
 */
export function role({ spec }: ControlPlane): Role {
  const secrets = ["bootstrap-kubeconfig", spec.pullSecret.name ?? "", spec.sshKey?.name ?? ""].filter(Boolean);
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name },
    rules: [
      { apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: secrets },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["patch"], resourceNames: [ignitionReportsName] },
    ],
  };
}

export function serviceAccount(): ServiceAccount {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name }, imagePullSecrets: [{ name: "pull-secret" }] };
}

export function roleBinding({ namespace }: ControlPlane): RoleBinding {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
}
