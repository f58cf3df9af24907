import { drillAnnotation } from "../../api/drill-namespace.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { type Condition, findCondition, isTrue } from "../../kube/conditions.ts";
import { type Controller, wait, watches } from "../../kube/controller.ts";
import { Namespace, NetworkPolicy } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { controlPlaneLabel } from "../hosted-cluster/control-plane-label.ts";
import { summarizeAs } from "../summarize-as.ts";
import type { NetworksAnswer } from "./management-networks.ts";
import { networkPolicies, policyLabels } from "./network-policies.ts";

export interface NetworkPolicyOptions {
  managementNetworks: () => Promise<NetworksAnswer>;
  /** Where the operator runs. */
  operatorNamespace: string;
}

export const networkPolicyControllerName = "network-policy";

/** The condition that says whether a control plane is fenced in. */
export const networkPoliciesApplied = "NetworkPoliciesApplied";

/** Field managers of the operator that policies of a control plane come from: this controller, and who did it before. */
const ours: readonly (string | undefined)[] = [networkPolicyControllerName, "hosted-cluster"];

/**
 * Keeps the NetworkPolicies of each control plane's namespace, and says in NetworkPoliciesApplied whether they stand: no
 * control plane starts for the first time before. Others that stand beside them only allow more.
 */
export function networkPolicyController({
  managementNetworks,
  operatorNamespace,
}: NetworkPolicyOptions): Controller<HostedControlPlane> {
  /** The names of the policies that each namespace was last tidied for. */
  const tidied = new Map<string, string>();
  return {
    name: networkPolicyControllerName,
    kind: HostedControlPlane,
    watches: [
      watches({
        kind: NetworkPolicy,
        labels: policyLabels,
        keysOf: ({ metadata }, planes) => planesIn(metadata?.namespace, planes()),
      }),
      watches({
        kind: Namespace,
        labels: { [controlPlaneLabel]: "true" },
        keep: true,
        reads: ({ metadata }) => metadata?.annotations?.[ownerAnnotation],
        keysOf: ({ metadata }, planes) => planesIn(metadata?.name, planes()),
      }),
    ],
    async reconcile({ metadata, spec, status }, { kube, signal }) {
      const { networks, problem } = await Promise.race([managementNetworks(), noAnswer(signal)]);
      if (!networks) return unknown(problem);
      const namespace = metadata?.namespace ?? "";
      // Asked of the namespace: the control-plane-operator, which is the release's, may write what the HostedControlPlane says.
      const { [ownerAnnotation]: owner, [drillAnnotation]: drill } =
        (await kube.get(Namespace, namespace))?.metadata?.annotations ?? {};
      const [home] = owner?.split("/") ?? [];
      const isDrill = drill !== undefined;
      const wanted = networkPolicies(
        namespace,
        { ...spec, home, operatorNamespace, isDrill, movesSnapshots: movesSnapshots(spec, status?.conditions) },
        networks,
      );
      await Promise.all(wanted.map((policy) => kube.apply(policy)));
      const names = wanted.map((policy) => policy.metadata?.name ?? "");
      if (tidied.get(namespace) !== names.join()) {
        await removeOthers(kube, namespace, names);
        tidied.set(namespace, names.join());
      }
      if (problem) return unknown(problem);
    },
    summarize: summarizeAs(networkPoliciesApplied, {
      reason: "AsExpected",
      message: "NetworkPolicies close the control plane's namespace",
    }),
  };
}

/** Until etcd has what it begins with, and while somebody has paused the control plane to see to it by hand. */
function movesSnapshots({ etcd }: HostedControlPlane["spec"], conditions: Condition[] = []): boolean {
  const begins =
    Boolean(etcd.managed?.storage.restoreSnapshotURL?.length) && !isTrue(conditions, "EtcdSnapshotRestored");
  return begins || findCondition(conditions, "ReconciliationActive")?.status === "False";
}

function planesIn(namespace: string | undefined, planes: Resource[]): string[] {
  return planes.filter(({ metadata }) => metadata?.namespace === namespace).map(keyOf);
}

/** How long the networks may stay unknown until that is looked at again; an answer is noticed at once. */
const patienceMs = 600_000;
const unknown = (problem = unread) => wait("ManagementNetworksUnknown", problem, patienceMs);
const unread =
  "The networks of the management cluster were not read yet, so NetworkPolicies of the control plane are neither made nor changed: it is tried again and again";

/** A pass that went on waiting when its time is over would count as stuck. */
function noAnswer(signal: AbortSignal): Promise<NetworksAnswer> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve({}), { once: true }));
}

/** Policies add up: one that is no longer wanted would go on allowing what it did. */
async function removeOthers(kube: Kube, namespace: string, wanted: readonly string[]): Promise<void> {
  for (const { metadata } of await kube.list(NetworkPolicy, { namespace })) {
    const isOurs = metadata?.managedFields?.some(({ manager }) => ours.includes(manager));
    if (isOurs && !wanted.includes(metadata?.name ?? "")) {
      await kube.delete(NetworkPolicy, metadata?.name ?? "", namespace, { uid: metadata?.uid });
    }
  }
}
