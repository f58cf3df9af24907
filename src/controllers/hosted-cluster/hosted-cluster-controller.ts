import { AgentCluster } from "../../api/agent-cluster.ts";
import { BackupSchedule } from "../../api/backup-schedule.ts";
import { Cluster } from "../../api/cluster-api.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { NodePool } from "../../api/node-pool.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { Restore } from "../../api/restore.ts";
import { publishedLabel } from "../../control-plane/certificates.ts";
import { componentLabel } from "../../control-plane/component.ts";
import { setCondition } from "../../kube/conditions.ts";
import { type Context, type Controller, type Wait, wait, watches } from "../../kube/controller.ts";
import type { Kind } from "../../kube/kind.ts";
import {
  ConfigMap,
  Deployment,
  Namespace,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
} from "../../kube/kinds.ts";
import { sentenceOf } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { runSteps } from "../run-steps.ts";
import { stateCourse } from "../state-course.ts";
import { together } from "../together.ts";
import { checkConfiguration } from "./check-configuration.ts";
import { checkRelease } from "./check-release.ts";
import { checkSupported, checkVersion } from "./check-supported.ts";
import { controlPlaneLabel } from "./control-plane-label.ts";
import { copyFacts, copyLabels } from "./copies.ts";
import { course } from "./course.ts";
import { deletion } from "./delete-cluster.ts";
import { ensureControlPlane } from "./ensure-control-plane.ts";
import { ensureNamespace } from "./ensure-namespace.ts";
import { hostNames } from "./host-names.ts";
import { ensureIdentity } from "./identity.ts";
import { keepHeld } from "./keep-held.ts";
import { keepLost } from "./keep-lost.ts";
import { markReferences, referencedLabel } from "./mark-references.ts";
import type { Options } from "./options.ts";
import { type ClusterStep, type Known, lookAt } from "./pass.ts";
import { pauseCluster } from "./pause-cluster.ts";
import { restoreWhenLost } from "./restore-when-lost.ts";
import { reportStatus } from "./status.ts";

/** What brings a HostedCluster about, in order. What the control plane says of itself is reported whatever happens here. */
const creation: ClusterStep[] = [
  keepHeld,
  pauseCluster,
  restoreWhenLost,
  ensureIdentity,
  checkSupported,
  together(checkConfiguration, checkRelease),
  checkVersion,
  keepLost,
  ensureNamespace,
  together(markReferences, ensureControlPlane),
];

/** Why to look again where a pass did all that it should. */
const patient = "WaitingForAvailable";
const noFailure = ["ReconciliationPaused", "RestoreInProgress", "WaitingForNetworkPolicies", patient];

/** What a pass reads of a control plane, or applies to it, besides the HostedControlPlane. */
const componentsFollowed: { kind: Kind; component: string; keep?: "bounded" }[] = [
  { kind: Deployment, component: "control-plane-operator", keep: "bounded" },
  { kind: Deployment, component: "ignition-server", keep: "bounded" },
  { kind: Service, component: "ignition-server", keep: "bounded" },
  { kind: ServiceAccount, component: "control-plane-operator" },
  { kind: Role, component: "control-plane-operator" },
  { kind: RoleBinding, component: "control-plane-operator" },
];

/** Turns each HostedCluster into a namespace with a HostedControlPlane and the operator that carries it out. */
export function hostedClusterController(options: Options): Controller<HostedCluster> {
  const names = hostNames();
  const known: Known = { hostNames: names };
  return {
    name: "hosted-cluster",
    kind: HostedCluster,
    finalizer: "hypershift.openshift.io/finalizer",
    owns: [],
    watches: [
      // A name that one gives up is another's.
      watches({ kind: HostedCluster, keysOf: (cluster) => names.follow(cluster) }),
      watches({ kind: HostedControlPlane, keep: true, keysOf: annotatedOwner }),
      watches({
        kind: NodePool,
        // Only that they are there, or go.
        reads: ({ metadata, spec }) => [spec.clusterName, metadata?.deletionTimestamp],
        keysOf: (pool) => [`${pool.metadata?.namespace}/${pool.spec.clusterName}`],
      }),
      watches({
        kind: HCPEtcdBackup,
        keep: true,
        reads: ({ metadata, status }) => [metadata?.deletionTimestamp, status],
        keysOf: (backup, clusters) => sharesNamespace(backup, clusters()),
      }),
      watches({
        kind: BackupSchedule,
        keep: true,
        reads: ({ metadata, spec, status }) => [metadata?.deletionTimestamp, spec.clusterName, status?.conditions],
        keysOf: ({ metadata, spec }) => [`${metadata?.namespace}/${spec.clusterName}`],
      }),
      // Only that one is asked for, or over: where nothing is left of etcd's data, that is told.
      watches({
        kind: Restore,
        reads: ({ status }) => [status?.completedAt],
        keysOf: ({ metadata, spec }) => [`${metadata?.namespace}/${spec.clusterName}`],
      }),
      watches({
        kind: Namespace,
        labels: { [controlPlaneLabel]: "true" },
        keep: true,
        keysOf: (namespace) => [...annotatedOwner(namespace), ...names.record(namespace)],
      }),
      ...componentsFollowed.map(({ kind, component, keep }) =>
        watches({
          kind,
          labels: componentLabel(component),
          keep,
          keysOf: (object, clusters) => sharesNamespace(object, clusters()),
        }),
      ),
      // What machines hang on: made beside the control plane, and waited for where the cluster goes.
      ...([AgentCluster, Cluster] as Kind[]).map((kind) =>
        watches({
          kind,
          keep: true,
          reads: ({ metadata, spec }: Resource & { spec?: object }) => [metadata?.deletionTimestamp, spec],
          keysOf: (object, clusters) => sharesNamespace(object, clusters()),
        }),
      ),
      // Credentials are copied to the user as soon as they are renewed. Their copies have the label as well.
      watches({
        kind: Secret,
        labels: publishedLabel,
        keep: "bounded",
        keysOf: (secret, clusters) => [...sharesNamespace(secret, clusters()), ...owningCluster(secret)],
      }),
      ...([Secret, ConfigMap] as Kind[]).flatMap((kind) => [
        watches({
          kind,
          labels: { [referencedLabel]: "true" },
          keep: "bounded",
          keysOf: (object, clusters) => beside(object, clusters()),
        }),
        watches({
          kind,
          labels: copyLabels,
          pick: copyFacts,
          keep: true,
          keysOf: (object, clusters) => sharesNamespace(object, clusters()),
        }),
      ]),
    ],
    resyncMs: 12 * 3_600_000,
    wordsSettleMs: 2_000,
    // Most of a pass is waiting for the API server and the registry.
    workers: 10,
    async reconcile(cluster, context) {
      const pass = await lookAt(cluster, context, options, known);
      try {
        const outcome = await runSteps(pass, creation);
        pass.blockedBy = outcome?.message;
        if (outcome) return outcome;
      } catch (error) {
        pass.blockedBy = sentenceOf(error);
        throw error;
      } finally {
        await reportStatus(pass);
      }
      if (pass.lookAgainMs) return wait(patient, "The control-plane-operator may be back soon", pass.lookAgainMs);
    },
    async cleanup(cluster, context) {
      return runSteps(await lookAt(cluster, context, options, known), deletion);
    },
    summarize,
    gone: names.forget,
  };
}

function summarize(cluster: HostedCluster, { wait, error }: { wait?: Wait; error?: Error }, { now }: Context): void {
  cluster.status ??= {};
  cluster.status.conditions ??= [];
  const failed = error ?? (wait && !noFailure.includes(wait.reason) ? wait : undefined);
  setCondition(
    cluster.status.conditions,
    {
      type: "ReconciliationSucceeded",
      status: failed ? "False" : "True",
      // The spelling is the one that users' tools look for.
      reason: failed ? "ReconciliationError" : "ReconciliatonSucceeded",
      message: failed ? failed.message : "Reconciliation completed successfully",
      observedGeneration: cluster.metadata?.generation,
    },
    now(),
  );
  stateCourse(cluster, course(cluster), now());
}

function annotatedOwner(object: Resource): string[] {
  const owner = object.metadata?.annotations?.[ownerAnnotation];
  return owner ? [owner] : [];
}

function owningCluster({ metadata }: Resource): string[] {
  const owners = metadata?.ownerReferences?.filter(({ kind }) => kind === HostedCluster.kind) ?? [];
  return owners.map(({ name }) => `${metadata?.namespace}/${name}`);
}

function sharesNamespace(object: Resource, clusters: Resource[]): string[] {
  return clusters.filter((cluster) => controlPlaneNamespace(cluster) === object.metadata?.namespace).map(keyOf);
}

function beside(object: Resource, clusters: Resource[]): string[] {
  return clusters.filter((cluster) => cluster.metadata?.namespace === object.metadata?.namespace).map(keyOf);
}
