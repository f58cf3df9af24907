/**
 * Who may ask for the API server's health: everybody, as a policy file of mode ABAC. The roles that allow it elsewhere
 * are objects that the cluster's administrator can delete, and then every probe would be refused.
 */
export function probePolicy(): string {
  const paths = ["/healthz", "/livez", "/livez/*", "/readyz", "/readyz/*"];
  const policies = paths.map((nonResourcePath) => ({
    apiVersion: "abac.authorization.kubernetes.io/v1beta1",
    kind: "Policy",
    spec: { group: "system:unauthenticated", nonResourcePath, readonly: true },
  }));
  return `${policies.map((policy) => JSON.stringify(policy)).join("\n")}\n`;
}
