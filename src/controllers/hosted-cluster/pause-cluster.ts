import { Cluster } from "../../api/cluster-api.ts";
import { paused } from "../../api/paused.ts";
import type { Outcome } from "../../kube/controller.ts";
import { wait } from "../../kube/controller.ts";
import { hostedControlPlane as desiredControlPlane } from "./hosted-control-plane.ts";
import { type Pass, state } from "./pass.ts";

/**
 * Says in ReconciliationActive whether the cluster is paused, and pauses what else acts for it: the
 * control-plane-operator and Cluster API. Taking the pause away again is part of writing these objects.
 */
export async function pauseCluster(pass: Pass): Promise<Outcome> {
  const { cluster, kube, hostedControlPlane, namespace, ownsNamespace, now } = pass;
  const { paused: isPaused, endsInMs, message, valid } = paused(cluster.spec.pausedUntil, now());
  state(pass, {
    type: "ReconciliationActive",
    status: isPaused ? "False" : "True",
    reason: isPaused ? "ReconciliationPaused" : valid ? "AsExpected" : "InvalidPausedUntilValue",
    message,
  });
  if (!isPaused) return;
  if (hostedControlPlane && hostedControlPlane.spec.pausedUntil !== cluster.spec.pausedUntil) {
    // Applied, not patched: only then does a later apply without the field take it away again.
    pass.hostedControlPlane = await kube.apply(desiredControlPlane(cluster, namespace));
  }
  const capi =
    ownsNamespace && cluster.spec.infraID ? await kube.get(Cluster, cluster.spec.infraID, namespace) : undefined;
  if (capi && !capi.spec.paused)
    await kube.patch(Cluster, cluster.spec.infraID ?? "", namespace, { spec: { paused: true } });
  return wait("ReconciliationPaused", message, endsInMs ?? 24 * 3_600_000);
}
