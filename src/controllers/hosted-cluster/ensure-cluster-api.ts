import { heldOf } from "../../api/held.ts";
import { capiCluster } from "../../platforms/capi-cluster.ts";
import { platformOf } from "../../platforms/index.ts";
import { contractReference } from "../../platforms/platform.ts";
import type { Pass } from "./pass.ts";

/** Tells Cluster API of the cluster, where its platform has machines that Cluster API looks after. */
export async function ensureClusterApi({ cluster, kube, namespace, hostedControlPlane }: Pass): Promise<void> {
  if (cluster.metadata?.annotations?.["hypershift.openshift.io/disable-machine-management"]) return;
  const endpoint = hostedControlPlane?.status?.controlPlaneEndpoint;
  const infrastructure = platformOf(cluster.spec.platform.type).infrastructure?.({ cluster, namespace, endpoint });
  if (!infrastructure) return;
  await Promise.all([
    kube.apply(infrastructure),
    kube.apply(
      capiCluster({
        namespace,
        infraID: cluster.spec.infraID ?? "",
        hostedControlPlane: cluster.metadata?.name ?? "",
        infrastructure: contractReference(infrastructure),
        endpoint,
        paused: heldOf(cluster) !== undefined,
      }),
    ),
  ]);
}
