import type { Resource } from "../../kube/resource.ts";
import { controlPlaneOperator } from "./control-plane-operator.ts";
import { ensureCopies } from "./copies.ts";
import { ensureClusterApi } from "./ensure-cluster-api.ts";
import { hostedControlPlane } from "./hosted-control-plane.ts";
import { overrideOf } from "./override-problems.ts";
import type { Pass } from "./pass.ts";

/**
 * Everything in the control plane's namespace that is the operator's, all at once: nothing here waits for another, and
 * the control-plane-operator's pod (the slowest to come up) is asked for first.
 */
export async function ensureControlPlane(pass: Pass): Promise<void> {
  const { kube, cluster, namespace } = pass;
  const operator = controlPlaneOperator(operatorFacts(pass));
  const plane = hostedControlPlane(cluster, namespace);
  const results = await Promise.allSettled([
    ...operator.filter((object) => !isRbac(object)).map((object) => kube.apply(object)),
    // Whether one may bind a Role is decided by what is in it: the Role comes first.
    ...[operator.filter(isRbac)].map(async (objects) => {
      for (const object of objects) await kube.apply(object);
    }),
    kube.apply(plane).then((applied) => {
      pass.hostedControlPlane = applied;
    }),
    ensureCopies(pass),
    ensureClusterApi(pass),
  ]);
  const failed = results.filter((result) => result.status === "rejected");
  if (failed.length === 1) throw failed[0]?.reason;
  if (failed.length > 1)
    throw new AggregateError(
      failed.map(({ reason }) => reason),
      failed.map(({ reason }) => (reason as Error).message).join("; "),
    );
}

function operatorFacts({ cluster, namespace, options, controlPlaneRelease: release }: Pass) {
  if (!release) throw new Error("The release must be read before the control plane is made");
  const annotations = cluster.metadata?.annotations ?? {};
  return {
    namespace,
    cluster: cluster.metadata?.name ?? "",
    image: overrideOf(cluster, "control-plane-operator-image", options.allowedOverrides) ?? release.image("roost"),
    releaseImage: cluster.spec.release.image,
    nodeSelector: cluster.spec.nodeSelector,
    tolerations: cluster.spec.tolerations,
    labels: cluster.spec.labels,
    restartDate: annotations["hypershift.openshift.io/restart-date"],
  };
}

function isRbac({ kind }: Resource): boolean {
  return kind === "Role" || kind === "RoleBinding";
}
