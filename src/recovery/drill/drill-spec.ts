import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { unpublishedServices } from "../../control-plane/endpoints.ts";

type Spec = HostedControlPlane["spec"];

/** Fields by which a control plane would reach others, or be reached by them, or begin with other data. */
const left = ["auditWebhook", "kubeAPIServerDNSName", "pausedUntil"] as const satisfies (keyof Spec)[];

/**
 * The spec of a drill's control plane: the recorded one with one replica, without platform, and with no service
 * published. A control-plane-operator that knows no such control plane makes none.
 */
export function drillSpec(recorded: Spec): Spec {
  const spec = structuredClone(recorded);
  for (const field of left) delete spec[field];
  delete spec.etcd.managed?.storage.restoreSnapshotURL;
  return {
    ...spec,
    services: unpublishedServices(),
    platform: { type: "None" },
    controllerAvailabilityPolicy: "SingleReplica",
    infrastructureAvailabilityPolicy: "SingleReplica",
  };
}
