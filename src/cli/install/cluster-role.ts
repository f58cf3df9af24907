import type { Permission } from "../../api/permissions.ts";
import type { Resource } from "../../kube/resource.ts";

/** A ClusterRole with these permissions, given to one ServiceAccount. */
export function clusterRole(
  name: string,
  subject: { name: string; namespace: string },
  rules: Permission[],
): Resource[] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion, kind: "ClusterRole", metadata: { name }, rules } as Resource,
    {
      apiVersion,
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name },
      subjects: [{ kind: "ServiceAccount", ...subject }],
    } as Resource,
  ];
}
