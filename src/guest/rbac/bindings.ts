import type { ClusterRole, ClusterRoleBinding, ServiceAccount } from "../../kube/kinds.ts";

/** A ServiceAccount in kube-system. */
export function serviceAccount(name: string): ServiceAccount {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: "kube-system" } };
}

/** Gives a ClusterRole to the ServiceAccount of that name in kube-system. */
export function serviceAccountBinding(name: string, account: string, role: string): ClusterRoleBinding {
  return clusterRoleBinding(name, role, { kind: "ServiceAccount", name: account, namespace: "kube-system" });
}

type Subject = NonNullable<ClusterRoleBinding["subjects"]>[number];

/** Gives a ClusterRole to users, groups and ServiceAccounts. */
export function clusterRoleBinding(name: string, role: string, ...subjects: Subject[]): ClusterRoleBinding {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects,
  };
}

/** A ClusterRole with these rules. */
export function clusterRole(name: string, ...rules: NonNullable<ClusterRole["rules"]>): ClusterRole {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata: { name }, rules };
}
