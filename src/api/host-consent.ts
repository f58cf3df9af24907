import type { Role, RoleBinding } from "../kube/kinds.ts";

/** The Role of HyperShift's that lets a cluster use the hosts of a namespace. */
export const consentRole = "capi-provider-role";

/** Who asks for hosts: a control plane's namespace, for those that registered in `namespace`. */
export interface ConsentFacts {
  namespace: string;
  controlPlane: string;
}

/** What makes the hosts of a namespace usable for a cluster. */
export function hostConsent({ namespace, controlPlane }: ConsentFacts): [Role, RoleBinding] {
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    {
      apiVersion,
      kind: "Role",
      metadata: { name: consentRole, namespace },
      rules: [{ apiGroups: ["agent-install.openshift.io"], resources: ["agents"], verbs: ["*"] }],
    },
    {
      apiVersion,
      kind: "RoleBinding",
      metadata: { name: consentBindingName(controlPlane), namespace },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: consentRole },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: consentGroup(controlPlane) }],
    },
  ];
}

/** The name of the RoleBinding. */
export function consentBindingName(controlPlane: string): string {
  return `capi-provider-${controlPlane}`;
}

/** All ServiceAccounts of the control plane. */
export function consentGroup(controlPlane: string): string {
  return `system:serviceaccounts:${controlPlane}`;
}
