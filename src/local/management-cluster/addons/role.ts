import type { ClusterRole, ClusterRoleBinding, ServiceAccount } from "../../../kube/kinds.ts";
import type { Resource } from "../../../kube/resource.ts";

/** One line of a role: what may be done with which resources of an API group. */
export interface Rule {
  group: string;
  resources: string[];
  /** Only those of these names; all where absent. */
  names?: string[];
  verbs: string[];
}

/** A ServiceAccount that may do this in the whole cluster. */
export function serviceAccountWith(name: string, namespace: string, rules: Rule[]): Resource[] {
  const account: ServiceAccount = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
  const roleName = `roost-local:${name}`;
  const role: ClusterRole = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: roleName },
    rules: rules.map(({ group, resources, names, verbs }) => ({
      apiGroups: [group],
      resources,
      verbs,
      ...(names && { resourceNames: names }),
    })),
  };
  const binding: ClusterRoleBinding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: roleName },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: roleName },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
  return [account, role, binding];
}

export const read = ["get", "list", "watch"];
