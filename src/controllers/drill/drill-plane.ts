import { drillAnnotation } from "../../api/drill-namespace.ts";
import { drillPermissions } from "../../api/permissions.ts";
import { recoveryAccount } from "../../api/recovery-account.ts";
import type { Namespace, Role, RoleBinding } from "../../kube/kinds.ts";

/** The namespace of a drill's control plane. Its pods are fenced in as those of any other are. */
export function drillNamespaceObject(namespace: string, drill: string): Namespace {
  const level = "restricted";
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace,
      annotations: { [drillAnnotation]: drill },
      labels: {
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/audit": level,
        "pod-security.kubernetes.io/warn": level,
        "security.openshift.io/scc.podSecurityLabelSync": "false",
      },
    },
  };
}

/** Lets the drill's Job make things in that namespace, and nowhere else. */
export function drillRights(namespace: string, operatorNamespace: string): [Role, RoleBinding] {
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  const metadata = { name: "drill", namespace };
  return [
    { apiVersion, kind: "Role", metadata, rules: drillPermissions },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup, kind: "Role", name: "drill" },
      subjects: [{ kind: "ServiceAccount", name: recoveryAccount, namespace: operatorNamespace }],
    },
  ];
}
