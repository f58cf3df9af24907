import type { Condition, HostedControlPlane } from "../api/index.ts";

/** The conditions of a HostedControlPlane, to be changed in place. */
export function conditionsOf(hostedControlPlane: HostedControlPlane): Condition[] {
  const status = hostedControlPlane.status as { conditions?: Condition[] };
  status.conditions ??= [];
  return status.conditions;
}
