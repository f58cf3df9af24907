import type { HostedControlPlane } from "../api/index.ts";
import { paused } from "../api/paused.ts";
import { type Context, type Reconcile, wait } from "../kube/controller.ts";

/**
 * The loop, left out while the HostedControlPlane is paused, or what is done then in its place. What only reports, or
 * keeps nodes alive, goes on.
 */
export function unlessPaused(
  reconcile: Reconcile<HostedControlPlane>,
  meanwhile?: (hostedControlPlane: HostedControlPlane, context: Context) => Promise<void>,
): Reconcile<HostedControlPlane> {
  return async (hostedControlPlane, context) => {
    const { paused: isPaused, endsInMs, message } = paused(hostedControlPlane.spec.pausedUntil, context.now());
    if (!isPaused) return reconcile(hostedControlPlane, context);
    await meanwhile?.(hostedControlPlane, context);
    return endsInMs === undefined ? undefined : wait("ReconciliationPaused", message, endsInMs);
  };
}
