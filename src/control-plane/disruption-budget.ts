import type { PodDisruptionBudget } from "../kube/kinds.ts";
import type { Manifest } from "../rendering/component.ts";
import { type ControlPlane, isHighlyAvailable } from "./control-plane.ts";

/** Lets one pod go at a time where there are several, and none without being asked where there is only one. */
export function disruptionBudget(component: string): Manifest<ControlPlane> {
  return (plane): PodDisruptionBudget => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: component },
    spec: {
      selector: { matchLabels: { app: component } },
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      ...(isHighlyAvailable(plane) ? { maxUnavailable: 1 } : { minAvailable: 1 }),
    },
  });
}
