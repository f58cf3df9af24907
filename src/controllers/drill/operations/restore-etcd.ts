import { drillPriorityClass } from "../../../api/drill-priority-class.ts";
import type { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import { type Condition, findCondition } from "../../../kube/conditions.ts";
import { StorageClass } from "../../../kube/kinds.ts";
import { storageProblem } from "../../../recovery/drill/storage-problem.ts";
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
  const { plane, drill, namespace, kube } = pass;
  const { snapshot, revision } = drill.status ?? {};
  if (!plane) throw new Failed("The control plane is gone");
  if (!snapshot || !revision) throw new Failed("It is not known what the snapshot holds");
  const fence = findCondition(plane.status?.conditions as Condition[] | undefined, networkPoliciesApplied);
  if (fence?.status !== "True") return fence?.message ?? "Waiting for the NetworkPolicies of the control plane";
  const unusable = storageProblem(plane.spec, await kube.list(StorageClass, { live: true }));
  if (unusable) throw new Failed(unusable);
  await startOperator(pass, plane);
  const refused = refusalOf(plane);
  if (refused) throw new Failed(refused);
  await tellMembers(servingOf(pass), { bump: revision - snapshot.revision, namespace });
  const missing = await want(toldBy(pass), { mode: "EtcdOnly", restore: { revision } });
  if (missing && plane.status?.recovery?.givenUp) throw new Failed(missing);
  return missing;
};

/** One of an older release may not know such a control plane: then it never does what it is told. */
function refusalOf({ spec, status }: HostedControlPlane): string | undefined {
  const found = findCondition(status?.conditions as Condition[] | undefined, "ValidHostedControlPlaneConfiguration");
  if (found?.status !== "False" || found.reason !== "InvalidConfiguration") return undefined;
  return `The control-plane-operator of the backup's release ${imageOf(spec)} cannot carry out a drill: ${found.message}`;
}

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
    priorityClass: drillPriorityClass,
  });
  // Whether one may bind a Role is decided by what is in it: they are in this order.
  for (const object of objects) await kube.apply(object);
}
