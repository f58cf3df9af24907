import type { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import { type Condition, findCondition } from "../../../kube/conditions.ts";
import { foreignRelease } from "../../../release/foreign-release.ts";
import { controlPlaneOperator } from "../../hosted-cluster/control-plane-operator.ts";
import { operatorBundle } from "../../hosted-cluster/copies.ts";
import { imageOf } from "../../hosted-control-plane/keep-releases.ts";
import { readReleaseOf } from "../../hosted-control-plane/read-release-of.ts";
import { networkPoliciesApplied } from "../../network-policy/controller.ts";
import { Failed } from "../../restore/operation.ts";
import { tellMembers } from "../../restore/tell-members.ts";
import { want } from "../../restore/want.ts";
import { type Operation, type Pass, servingOf, toldBy } from "../operation.ts";

/** Its own control-plane-operator, of the backup's release, starts behind its fence and gives etcd the snapshot. */
export const restoreEtcd: Operation = async (pass) => {
  const { plane, drill, namespace } = pass;
  const { snapshot, revision } = drill.status ?? {};
  if (!plane) throw new Failed("The control plane is gone");
  if (!snapshot || !revision) throw new Failed("It is not known what the snapshot holds");
  const fence = findCondition(plane.status?.conditions as Condition[] | undefined, networkPoliciesApplied);
  if (fence?.status !== "True") return fence?.message ?? "Waiting for the NetworkPolicies of the control plane";
  await startOperator(pass, plane);
  await tellMembers(servingOf(pass), { bump: revision - snapshot.revision, namespace });
  const missing = await want(toldBy(pass), { mode: "EtcdOnly", restore: { revision } });
  if (missing && plane.status?.recovery?.givenUp) throw new Failed(missing);
  return missing;
};

async function startOperator({ kube, options, namespace, signal }: Pass, plane: HostedControlPlane): Promise<void> {
  const { spec } = plane;
  const foreign = foreignRelease("the backup's release", imageOf(spec), options.allowedReleases);
  if (foreign) throw new Failed(foreign);
  if (options.trustBundle) await kube.apply(operatorBundle(namespace, options.trustBundle));
  const release = await readReleaseOf(options.readRelease, signal)(plane, kube);
  const objects = controlPlaneOperator({
    namespace,
    cluster: plane.metadata?.name ?? "",
    image: release.image("roost"),
    releaseImage: imageOf(spec),
    nodeSelector: spec.nodeSelector,
    tolerations: spec.tolerations,
    labels: spec.labels,
  });
  // Whether one may bind a Role is decided by what is in it: they are in this order.
  for (const object of objects) await kube.apply(object);
}
