/**
 * On the namespace of a drill's control plane: whose it is, as `namespace/name` of the Drill. On its HostedControlPlane:
 * the Drill's uid.
 */
export const drillAnnotation = "recovery.roost.dev/drill";

/** The namespace of a drill's control plane: of each Drill another, which nobody can have come upon before. */
export function drillNamespace({ metadata }: { metadata?: { uid?: string } }): string {
  return `drill-${metadata?.uid}`;
}
