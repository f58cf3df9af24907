/** The namespace that holds everything a hosted cluster's control plane is made of. */
export function controlPlaneNamespace(cluster: { metadata?: { name?: string; namespace?: string } }): string {
  return `${cluster.metadata?.namespace}-${(cluster.metadata?.name ?? "").replaceAll(".", "-")}`;
}
