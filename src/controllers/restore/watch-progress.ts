import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { Restore } from "../../api/restore.ts";
import { Verification } from "../../api/verification.ts";
import { type Watch, watches } from "../../kube/controller.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { watchJobs } from "../recovery-job/watch-jobs.ts";

/** Wakes a Restore when what it waits for is further: its Job, the control plane, or a verification of that. */
export function watchProgress(operatorNamespace: string): Watch[] {
  return [
    watchJobs(Restore.kind, operatorNamespace),
    watches<HostedControlPlane>({
      kind: HostedControlPlane,
      reads: ({ status }) => status?.recovery,
      keysOf: underWayIn,
    }),
    watches<Verification>({ kind: Verification, reads: ({ status }) => status, keysOf: underWayIn }),
  ];
}

/** The restores of the control plane in whose namespace this object is. */
function underWayIn({ metadata }: Resource, restores: () => Resource[]): string[] {
  return (restores() as Restore[])
    .filter(({ status }) => status?.operations && !status.completedAt)
    .filter((restore) => {
      const { namespace } = restore.metadata ?? {};
      return controlPlaneNamespace({ metadata: { namespace, name: restore.spec.clusterName } }) === metadata?.namespace;
    })
    .map(keyOf);
}
