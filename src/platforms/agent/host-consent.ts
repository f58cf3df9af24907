import { type ConsentFacts, consentBindingName, consentGroup, consentRole } from "../../api/host-consent.ts";
import { RoleBinding } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";

/**
 * Why a cluster may not use the hosts of a namespace, or nothing where it may. Whoever owns the hosts gives them away
 * by binding the Role to the control plane's namespace, and nobody can do that without rights of their own to the
 * hosts. The sentence is the same whether the namespace and hosts in it exist or not.
 */
export async function hostConsentProblem(kube: Kube, facts: ConsentFacts): Promise<string | undefined> {
  const { namespace, controlPlane } = facts;
  const bindings = await kube.list(RoleBinding, { namespace });
  if (bindings.some((binding) => consents(binding, controlPlane))) return undefined;
  return (
    `namespace ${namespace} does not let the clusters of ${controlPlane} use its hosts: whoever owns it makes the Role ` +
    `${consentRole} there, and "kubectl create rolebinding ${consentBindingName(controlPlane)} --namespace ${namespace} ` +
    `--role ${consentRole} --group ${consentGroup(controlPlane)}"`
  );
}

function consents({ roleRef, subjects = [] }: RoleBinding, controlPlane: string): boolean {
  if (roleRef?.kind !== "Role" || roleRef.name !== consentRole) return false;
  return subjects.some(
    ({ kind, name, namespace }) =>
      (kind === "Group" && name === consentGroup(controlPlane)) ||
      (kind === "ServiceAccount" && namespace === controlPlane),
  );
}
