import type { Permission } from "../../api/permissions.ts";
import type { Resource } from "../../kube/resource.ts";

/** A Role with these permissions in one namespace, given to the ServiceAccount of that name there. */
export function role({ name, namespace }: { name: string; namespace: string }, rules: Permission[]): Resource[] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion, kind: "Role", metadata: { name, namespace }, rules } as Resource,
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: { name, namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    } as Resource,
  ];
}
