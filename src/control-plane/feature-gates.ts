import type { ControlPlane } from "./control-plane.ts";

/** `--feature-gates` as `spec.configuration.featureGate` asks for; only CustomNoUpgrade names gates of Kubernetes. */
export function featureGates({ spec }: Pick<ControlPlane, "spec">): string[] {
  const gates = spec.configuration?.featureGate;
  if (gates?.featureSet !== "CustomNoUpgrade") return [];
  const values = [
    ...(gates.customNoUpgrade?.enabled ?? []).map((name) => `${name}=true`),
    ...(gates.customNoUpgrade?.disabled ?? []).map((name) => `${name}=false`),
  ];
  return values.length > 0 ? [`--feature-gates=${values.join(",")}`] : [];
}
