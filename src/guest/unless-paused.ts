import type { HostedControlPlane } from "../api/index.ts";
import { paused } from "../api/paused.ts";
import { type Step, wait } from "../kube/controller.ts";

/** The step, left out while the HostedControlPlane is paused. What only reports, or keeps nodes alive, goes on. */
export function unlessPaused(step: Step<HostedControlPlane>): Step<HostedControlPlane> {
  return (hostedControlPlane, context) => {
    const { paused: isPaused, endsInMs, message } = paused(hostedControlPlane.spec.pausedUntil, context.now());
    if (!isPaused) return step(hostedControlPlane, context);
    return endsInMs === undefined ? undefined : wait("ReconciliationPaused", message, endsInMs);
  };
}
