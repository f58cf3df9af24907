import { type ConditionUpdate, type HostedControlPlane, setCondition } from "../api/index.ts";

/** States a condition of the HostedControlPlane in place, as of the generation that was looked at. */
export function state({ metadata, status }: HostedControlPlane, update: ConditionUpdate, now: Date): void {
  // The runtime gives each object a status; its conditions may be the first.
  const own = (status ?? {}) as { conditions?: Parameters<typeof setCondition>[0] };
  own.conditions ??= [];
  setCondition(own.conditions, { observedGeneration: metadata?.generation, ...update }, now);
}
