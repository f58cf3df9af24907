import {
  ClusterOperator,
  ClusterVersion,
  type Condition,
  ControlPlaneComponent,
  findCondition,
  HostedControlPlane,
} from "../../api/index.ts";
import { type Context, type Controller, wait, watches } from "../../kube/controller.ts";
import { ConfigMap, DaemonSet, Deployment, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { componentOf, managedLabels } from "../component.ts";
import { components } from "../components.ts";
import { fieldManager } from "../field-manager.ts";
import type { GuestOptions } from "../options.ts";
import { readRelease } from "../read-release.ts";
import { state } from "../state.ts";
import { operatorStatus } from "./operator-status.ts";
import { absentPart, controlPlanePart, type Part, workloadPart } from "./part.ts";
import { versionStatus } from "./version-status.ts";

/** Components of the control plane that have a ClusterOperator of their own. */
const controlPlaneOperators = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];

/**
 * Reports what runs: a ClusterOperator for each part, from its pods; the ClusterVersion, from the ClusterOperators; and
 * both to the HostedControlPlane.
 */
export function clusterVersionLoop(options: GuestOptions): Controller<HostedControlPlane> {
  const { guest, namespace, releaseOf } = options;
  const everything = () => undefined;
  return {
    name: "cluster-version",
    kind: HostedControlPlane,
    namespace,
    // Each step of a roll-out is told twice: by the components, and by the words that name those behind.
    wordsSettleMs: 2_000,
    watches: [
      watches({ kind: ControlPlaneComponent, namespace, keep: true, keysOf: everything }),
      // What the release is read with.
      ...[Secret, ConfigMap].map((kind) => watches<Resource>({ kind, namespace, keep: true, keysOf: () => [] })),
      watches({ kube: guest, kind: Deployment, labels: managedLabels, keep: "bounded", keysOf: everything }),
      watches({ kube: guest, kind: DaemonSet, labels: managedLabels, keep: "bounded", keysOf: everything }),
      watches({ kube: guest, kind: ClusterOperator, keep: "bounded", keysOf: everything }),
      watches({ kube: guest, kind: ClusterVersion, keep: "bounded", keysOf: everything }),
    ],
    async reconcile(hostedControlPlane, context) {
      const inside = context.on(guest);
      const version = await inside.get(ClusterVersion, "version", undefined, { optional: true });
      if (!version) return wait("ClusterVersionNotFound", "The hosted cluster has no ClusterVersion yet", 1_000);
      const [release, ofControlPlane] = await Promise.all([
        readRelease({ releaseOf, management: context.kube }, hostedControlPlane),
        releaseOf(hostedControlPlane, context.kube),
      ]);
      const versions = { inside: release.version, controlPlane: ofControlPlane.version };
      const operators = await reportOperators(hostedControlPlane, versions, { ...context, inside });
      const before = { ...version.status, ...restored(hostedControlPlane) } as ClusterVersion["status"];
      const status = versionStatus({
        version: release.version,
        image: release.pullSpec,
        channel: hostedControlPlane.spec.channel,
        operators,
        generation: version.metadata?.generation ?? 1,
        before,
        now: context.now(),
      });
      const object = {
        apiVersion: ClusterVersion.apiVersion,
        kind: ClusterVersion.kind,
        metadata: { name: "version" },
        status,
      };
      await inside.apply(object, { fieldManager, subresource: "status" });
      report(hostedControlPlane, status, context.now());
    },
  };
}

/** The history is the HostedControlPlane's, whatever became of the ClusterVersion in the hands of its administrators. */
function restored({ status }: HostedControlPlane): ClusterVersion["status"] {
  return status?.versionStatus as ClusterVersion["status"];
}

/** Brings every ClusterOperator up to date and gives them all. */
async function reportOperators(
  hostedControlPlane: HostedControlPlane,
  versions: { inside: string; controlPlane: string },
  { kube, inside, now }: Context & { inside: Kube },
): Promise<ClusterOperator[]> {
  const namespace = hostedControlPlane.metadata?.namespace ?? "";
  const { nodeCount = 0 } = hostedControlPlane.status ?? {};
  const [present, inControlPlane, deployments, daemonSets] = await Promise.all([
    // A new cluster knows them a moment later.
    inside.list(ClusterOperator, { optional: true }),
    kube.list(ControlPlaneComponent, { namespace }),
    inside.list(Deployment, { labels: managedLabels }),
    inside.list(DaemonSet, { labels: managedLabels }),
  ]);
  const parts = new Map<string, Part[]>();
  for (const name of controlPlaneOperators) {
    if (name === "etcd" && hostedControlPlane.spec.etcd.managementType === "Unmanaged") continue;
    const component = inControlPlane.find(({ metadata }) => metadata?.name === name);
    parts.set(name, [controlPlanePart(name, component, versions.controlPlane)]);
  }
  for (const { name, clusterOperator } of components) {
    if (!clusterOperator) continue;
    const workloads = [...deployments, ...daemonSets].filter((object) => componentOf(object) === name);
    const own = workloads.map((workload) => workloadPart(workload, versions.inside, nodeCount));
    parts.set(clusterOperator, [...(parts.get(clusterOperator) ?? []), ...own]);
  }
  const operators: ClusterOperator[] = [];
  for (const [name, some] of parts) {
    const own = some.length > 0 ? some : [absentPart(name)];
    const before = present.find(({ metadata }) => metadata?.name === name);
    const status = operatorStatus(own, versions.inside, before?.status, now());
    operators.push(await applyOperator(inside, name, status));
  }
  return operators;
}

async function applyOperator(kube: Kube, name: string, status: ClusterOperator["status"]): Promise<ClusterOperator> {
  const { apiVersion, kind } = ClusterOperator;
  const object = { apiVersion, kind, metadata: { name }, spec: {} };
  await kube.apply(object, { fieldManager });
  const reported = { apiVersion, kind, metadata: { name }, status };
  return (await kube.apply(reported as unknown as ClusterOperator, {
    fieldManager,
    subresource: "status",
  })) as ClusterOperator;
}

/** ClusterVersion's conditions on the HostedControlPlane, by its types. */
const conditionNames = {
  Available: "ClusterVersionAvailable",
  Failing: "ClusterVersionFailing",
  Progressing: "ClusterVersionProgressing",
  ReleaseAccepted: "ClusterVersionReleaseAccepted",
  RetrievedUpdates: "ClusterVersionRetrievedUpdates",
  Upgradeable: "ClusterVersionUpgradeable",
} as const;

function report(
  hostedControlPlane: HostedControlPlane,
  status: NonNullable<ClusterVersion["status"]>,
  now: Date,
): void {
  const found = (status.conditions ?? []) as Condition[];
  for (const [type, name] of Object.entries(conditionNames)) {
    const { status: value = "Unknown", reason, message } = findCondition(found, type) ?? {};
    state(
      hostedControlPlane,
      { type: name, status: value as Condition["status"], reason: reason || "FromClusterVersion", message },
      now,
    );
  }
  const failing = findCondition(found, "Failing");
  const succeeding = failing?.status === "True" ? "False" : "True";
  state(
    hostedControlPlane,
    { type: "ClusterVersionSucceeding", status: succeeding, reason: "FromClusterVersion", message: failing?.message },
    now,
  );
  const { desired, history, observedGeneration } = status;
  const mine = hostedControlPlane.status as { versionStatus?: unknown };
  mine.versionStatus = { desired, history, observedGeneration, availableUpdates: null };
}
