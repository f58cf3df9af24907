import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { type OverrideName, overrideNames } from "../../api/override-names.ts";

const group = "hypershift.openshift.io/";

/** Whether a value of an annotation loosens anything. */
const loosens: Record<OverrideName, (value: string) => boolean> = {
  "pod-security-admission-label-override": (level) => level !== "restricted",
  "control-plane-operator-image": () => true,
  "control-plane-priority-class": isSystemClass,
  "api-critical-priority-class": isSystemClass,
  "etcd-priority-class": isSystemClass,
};

/** Pods of these classes push out those that the management cluster itself cannot do without. */
function isSystemClass(name: string): boolean {
  return name.startsWith("system-");
}

/** Annotations of the cluster that only the provider of the management cluster can allow, and did not. */
export function overrideProblems({ metadata }: HostedCluster, allowed: readonly string[]): string[] {
  return overrideNames.flatMap((name) => {
    const value = metadata?.annotations?.[group + name];
    if (!value || allowed.includes(name) || !loosens[name](value)) return [];
    return [
      `the annotation ${group}${name}: ${value} is not allowed here: remove it, or have the operator installed with --allow-override ${name}`,
    ];
  });
}

/** The annotation's value, where the provider of the management cluster allows it. */
export function overrideOf(
  { metadata }: HostedCluster,
  name: OverrideName,
  allowed: readonly string[],
): string | undefined {
  return allowed.includes(name) ? metadata?.annotations?.[group + name] || undefined : undefined;
}
