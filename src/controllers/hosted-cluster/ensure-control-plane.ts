import { type Condition, findCondition } from "../../kube/conditions.ts";
import { type Outcome, wait } from "../../kube/controller.ts";
import { Deployment } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { allOf } from "../all-of.ts";
import { networkPoliciesApplied } from "../network-policy/controller.ts";
import { asSeen } from "./as-seen.ts";
import { controlPlaneOperator } from "./control-plane-operator.ts";
import { ensureCopies } from "./copies.ts";
import { ensureClusterApi } from "./ensure-cluster-api.ts";
import { hostedControlPlane } from "./hosted-control-plane.ts";
import { overrideOf } from "./override-problems.ts";
import type { Pass } from "./pass.ts";

/**
 * Everything in the control plane's namespace that is the operator's. What goes wrong with Cluster API is said, and
 * keeps nothing of the control plane from being made anew or moving on to another release.
 */
export async function ensureControlPlane(pass: Pass): Promise<Outcome> {
  const [outcome] = await allOf([ensureOperator(pass), ensureClusterApi(pass)]);
  return outcome;
}

/**
 * All at once, but for the pods of the control-plane-operator, from which all others come: those start once what they
 * need is there, and NetworkPolicies fence them in.
 */
async function ensureOperator(pass: Pass): Promise<Outcome> {
  const { kube, cluster, namespace } = pass;
  const operator = controlPlaneOperator(operatorFacts(pass));
  const plane = asSeen(hostedControlPlane(cluster, namespace), pass.hostedControlPlane);
  await allOf<unknown>([
    ...operator.filter(({ kind }) => kind === "ServiceAccount").map((object) => kube.apply(object)),
    // Whether one may bind a Role is decided by what is in it: the Role comes first.
    ...[operator.filter(isRbac)].map(async (objects) => {
      for (const object of objects) await kube.apply(object);
    }),
    kube.apply(plane).then((applied) => {
      pass.hostedControlPlane = applied;
    }),
    ensureCopies(pass),
  ]);
  const unfenced = await whyUnfenced(pass);
  if (unfenced) return unfenced;
  for (const object of operator.filter(({ kind }) => kind === "Deployment")) await kube.apply(object);
}

/** A change of the HostedControlPlane's condition is noticed at once. */
const patienceMs = 600_000;

/** Why the control plane may not start yet. One that was started before goes on, whatever became of its fence. */
async function whyUnfenced({ kube, namespace, hostedControlPlane }: Pass): Promise<Outcome> {
  const fence = findCondition(
    hostedControlPlane?.status?.conditions as Condition[] | undefined,
    networkPoliciesApplied,
  );
  if (fence?.status === "True" || (await kube.get(Deployment, "control-plane-operator", namespace))) return;
  if (fence) return wait(fence.reason, `The control plane does not start: ${fence.message}`, patienceMs);
  return wait("WaitingForNetworkPolicies", "Waiting for the NetworkPolicies of the control plane", patienceMs);
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
