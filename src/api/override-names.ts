/**
 * Annotations of a HostedCluster (behind `hypershift.openshift.io/`) by which its author could get out of the control
 * plane's namespace, or crowd out others: obeyed where the provider of the management cluster allows it, and refused
 * everywhere else.
 */
export const overrideNames = [
  "pod-security-admission-label-override",
  "control-plane-operator-image",
  "control-plane-priority-class",
  "api-critical-priority-class",
  "etcd-priority-class",
] as const;
export type OverrideName = (typeof overrideNames)[number];
