import type { Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";

/** Names that objects refer to: wherever in a spec there is `{name: ...}` and nothing else beside it. */
export function namesIn(spec: unknown): Set<string> {
  const names = new Set<string>();
  const visit = (value: unknown) => {
    if (value === null || typeof value !== "object") return;
    const entries = Object.entries(value);
    const [[key, name] = []] = entries;
    if (entries.length === 1 && key === "name" && typeof name === "string" && !Array.isArray(value)) names.add(name);
    for (const [, inner] of entries) visit(inner);
  };
  visit(spec);
  return names;
}

/**
 * Whether a Secret or ConfigMap of the user's namespace belongs to a cluster: its HostedCluster or a NodePool names it
 * or owns it. Others there are none of the cluster's business.
 */
export function belongsToCluster({ metadata }: Resource, named: ReadonlySet<string>, owners: ReadonlySet<string>) {
  return named.has(metadata?.name ?? "") || (metadata?.ownerReferences ?? []).some(({ uid }) => owners.has(uid));
}

/** Written by Kubernetes or OpenShift into every namespace, and bound to the management cluster they are in. */
const givenByManagement = ["kube-root-ca.crt", "openshift-service-ca.crt"];
const tokens = ["kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token", "kubernetes.io/dockercfg"];

/** Whether a Secret or ConfigMap of a control plane's namespace is the control plane's, and not the management cluster's. */
export function belongsToControlPlane(object: Resource & Pick<Secret, "type">): boolean {
  return !givenByManagement.includes(object.metadata?.name ?? "") && !tokens.includes(object.type ?? "");
}
