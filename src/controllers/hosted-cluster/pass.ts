import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { ownedNamespace } from "../../api/owned-namespace.ts";
import { type ConditionUpdate, setCondition } from "../../kube/conditions.ts";
import type { Context } from "../../kube/controller.ts";
import type { Namespace } from "../../kube/kinds.ts";
import type { KeptRelease } from "../../release/release.ts";
import type { Step } from "../run-steps.ts";
import type { HostNames } from "./host-names.ts";
import type { Options } from "./options.ts";

/** What the controller remembers from one pass to the next, of all clusters. */
export interface Known {
  /** Who has which host name in the management cluster. */
  hostNames: HostNames;
}

/** One look at a HostedCluster: the object, what was found beside it, and the means to act. Steps share it. */
export interface Pass extends Context {
  cluster: HostedCluster;
  options: Options;
  /** What watches show, besides what the controller keeps. */
  known: Known;
  /** The control plane's namespace: `<namespace>-<name>`. */
  namespace: string;
  /** The same as it was found, where it was there. */
  presentNamespace?: Namespace;
  /** Whether it is this cluster's: nothing in another's is read or touched. */
  ownsNamespace: boolean;
  /** What the control-plane-operator last said, where it exists already. */
  hostedControlPlane?: HostedControlPlane;
  /** Set once the release image was read. */
  release?: KeptRelease;
  /** The same, but for a cluster whose control plane runs ahead of the rest. */
  controlPlaneRelease?: KeptRelease;
  /** Why this look at the cluster changed nothing, once that is known. */
  blockedBy?: string;
  /** When the status has to be looked at again though nothing happens. */
  lookAgainMs?: number;
  /** The text of the cluster's pull secret, once it was read. */
  pullSecret?: string;
}

/** A step of the hosted-cluster controller. */
export type ClusterStep = Step<Pass>;

/** Reads what the steps share. */
export async function lookAt(cluster: HostedCluster, context: Context, options: Options, known: Known): Promise<Pass> {
  const {
    name: namespace,
    present: presentNamespace,
    owned: ownsNamespace,
  } = await ownedNamespace(context.kube, cluster);
  const hostedControlPlane = ownsNamespace
    ? await context.kube.get(HostedControlPlane, cluster.metadata?.name ?? "", namespace)
    : undefined;
  return { ...context, cluster, options, known, namespace, presentNamespace, ownsNamespace, hostedControlPlane };
}

/** States a condition of the HostedCluster, as of the generation that was looked at. */
export function state({ cluster, now }: Pick<Pass, "cluster" | "now">, update: ConditionUpdate): void {
  cluster.status ??= {};
  cluster.status.conditions ??= [];
  setCondition(cluster.status.conditions, { observedGeneration: cluster.metadata?.generation, ...update }, now());
}
