import type { Role, RoleBinding, ServiceAccount } from "../../kube/kinds.ts";
import type { ControlPlane } from "../control-plane.ts";

const name = "ignition-server";

/** The ignition server reads what nodes need, and writes back to token Secrets how their configuration is. */
export function role(): Role {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name },
    rules: [
      { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch", "patch"] },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] },
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
