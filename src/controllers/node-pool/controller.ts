import { Agent } from "../../api/agent.ts";
import { Machine, MachineDeployment, MachineHealthCheck, MachineSet } from "../../api/cluster-api.ts";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import { publishedLabel } from "../../control-plane/certificates.ts";
import { coreConfigLabel } from "../../ignition/core-config.ts";
import { ignitionReportsName, ignitionStateLabel } from "../../ignition/token-index.ts";
import { nodePoolAnnotation, tokenSecretLabel } from "../../ignition/token-secret.ts";
import { type Controller, watches } from "../../kube/controller.ts";
import type { Kind } from "../../kube/kind.ts";
import { ConfigMap, Namespace, Role, RoleBinding, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { platforms } from "../../platforms/index.ts";
import { controlPlaneLabel } from "../hosted-cluster/control-plane-label.ts";
import { referencedLabel } from "../hosted-cluster/mark-references.ts";
import { runSteps } from "../run-steps.ts";
import { stateCourse } from "../state-course.ts";
import { checkArchitecture } from "./check-architecture.ts";
import { checkConfig, referencedConfigLabel } from "./check-config.ts";
import { checkHeld } from "./check-held.ts";
import { checkIgnition, ignitionSecret } from "./check-ignition.ts";
import { checkManagement } from "./check-management.ts";
import { checkPaused } from "./check-paused.ts";
import { checkRelease } from "./check-release.ts";
import { course } from "./course.ts";
import { deletePool } from "./delete-pool.ts";
import { ensureHealthCheck } from "./ensure-health-check.ts";
import { ensureMachines } from "./ensure-machines.ts";
import { ensureTokens, expireTokens } from "./ensure-tokens.ts";
import { findCluster } from "./find-cluster.ts";
import type { NodePoolOptions } from "./options.ts";
import { type PoolStep, state } from "./pass.ts";
import { publishTokens } from "./publish-tokens.ts";
import { removeOldTemplates } from "./remove-old-templates.ts";
import { reportMachines } from "./report-machines.ts";
import { reportPayload } from "./report-payload.ts";

/** Tokens are rotated and run out without any event. */
const lookAgainMs = 10 * 60_000;

/** What brings a pool about, in order. */
const steps: PoolStep[] = [
  checkManagement,
  checkArchitecture,
  checkHeld,
  checkPaused,
  checkRelease,
  checkIgnition,
  checkConfig,
  ensureTokens,
  publishTokens,
  reportPayload,
  ensureMachines,
  expireTokens,
  removeOldTemplates,
  ensureHealthCheck,
  reportMachines,
];

/** Keeps a NodePool's machines at the wanted number, release and configuration. */
export function nodePoolController(options: NodePoolOptions): Controller<NodePool> {
  return {
    name: "node-pool",
    kind: NodePool,
    finalizer: "hypershift.openshift.io/finalizer",
    resyncMs: lookAgainMs,
    watches: [
      watches<HostedCluster>({
        kind: HostedCluster,
        keep: true,
        reads: ({ metadata, spec, status }) => [
          [metadata?.uid, metadata?.annotations, metadata?.deletionTimestamp, spec],
          [status?.ignitionEndpoint, status?.version?.history, status?.controlPlaneVersion?.history],
        ],
        keysOf: (cluster, ours) => poolsWhere(ours(), (pool) => isOf(pool, cluster)),
      }),
      watches<Namespace>({ kind: Namespace, labels: { [controlPlaneLabel]: "true" }, keep: true, keysOf: () => [] }),
      watches<MachineDeployment>({ kind: MachineDeployment, keep: true, keysOf: annotatedPool }),
      watches<MachineSet>({ kind: MachineSet, keep: true, keysOf: annotatedPool }),
      watches<MachineHealthCheck>({ kind: MachineHealthCheck, keep: true, keysOf: namedPool }),
      watches<Machine>({ kind: Machine, keep: true, keysOf: annotatedPool }),
      watches<Secret>({ kind: Secret, labels: { [tokenSecretLabel]: "true" }, keep: "bounded", keysOf: annotatedPool }),
      watches<Secret>({
        kind: Secret,
        labels: publishedLabel,
        keep: "bounded",
        keysOf: ({ metadata }, ours) =>
          metadata?.name === ignitionSecret
            ? poolsWhere(ours(), (pool) => clusterNamespace(pool) === metadata.namespace)
            : [],
      }),
      ...([Role, RoleBinding] as Kind[]).map((kind) =>
        watches({ kind, labels: { [ignitionStateLabel]: "true" }, keysOf: annotatedPool }),
      ),
      watches<ConfigMap>({
        kind: ConfigMap,
        labels: { [ignitionStateLabel]: "true" },
        keep: "bounded",
        keysOf: ({ metadata }, ours) =>
          metadata?.name === ignitionReportsName
            ? poolsWhere(ours(), (pool) => clusterNamespace(pool) === metadata.namespace)
            : [],
      }),
      watches<ConfigMap>({
        kind: ConfigMap,
        labels: { [coreConfigLabel]: "true" },
        keep: "bounded",
        keysOf: ({ metadata }, ours) => poolsWhere(ours(), (pool) => clusterNamespace(pool) === metadata?.namespace),
      }),
      watches<ConfigMap>({
        kind: ConfigMap,
        labels: { [referencedConfigLabel]: "true" },
        keysOf: ({ metadata }, ours) => poolsWhere(ours(), (pool) => pool.metadata?.namespace === metadata?.namespace),
      }),
      // What releases are read with: their HostedCluster has labelled it.
      watches<Secret>({ kind: Secret, labels: { [referencedLabel]: "true" }, keep: "bounded", keysOf: () => [] }),
      ...Object.values(platforms).flatMap(({ machineTemplateKind: kind }) =>
        kind ? [watches({ kind, keep: "bounded", keysOf: annotatedPool })] : [],
      ),
      // A host that comes or is approved may end a shortage, and changes what there is to say about it.
      watches<Agent>({ kind: Agent, keysOf: (_, ours) => poolsWhere(ours(), isShort) }),
    ],
    async reconcile(pool, context) {
      const pass = await findCluster(pool, context, options);
      if ("afterMs" in pass) {
        const { reason, message } = pass;
        state({ pool, now: context.now }, { type: "ValidPlatformConfig", status: "False", reason, message });
        return pass;
      }
      return runSteps(pass, steps);
    },
    cleanup: deletePool,
    summarize(pool, { wait, error }, { now }) {
      const problem = wait ?? (error && { reason: "Error", message: error.message });
      // Of nodes that nobody looked at, because a registry is away, nothing is known.
      const status = problem?.reason === "RegistryUnreachable" ? "Unknown" : "False";
      if (problem) state({ pool, now }, { type: "Ready", status, reason: problem.reason, message: problem.message });
      stateCourse(pool, course(pool), now());
    },
  };
}

function annotatedPool({ metadata }: Resource): string[] {
  const key = metadata?.annotations?.[nodePoolAnnotation];
  return key ? [key] : [];
}

/** A health check has the name of its pool, and says nothing else of it. */
function namedPool({ metadata }: Resource, ours: () => Resource[]): string[] {
  return poolsWhere(
    ours(),
    (pool) => pool.metadata?.name === metadata?.name && clusterNamespace(pool) === metadata?.namespace,
  );
}

function poolsWhere(pools: Resource[], test: (pool: NodePool) => boolean): string[] {
  return (pools as NodePool[]).filter(test).map(keyOf);
}

function isOf(pool: NodePool, { metadata }: HostedCluster): boolean {
  return pool.spec.clusterName === metadata?.name && pool.metadata?.namespace === metadata?.namespace;
}

function clusterNamespace({ metadata, spec }: NodePool): string {
  return controlPlaneNamespace({ metadata: { name: spec.clusterName, namespace: metadata?.namespace } });
}

function isShort({ status }: NodePool): boolean {
  return status?.conditions?.some(({ type, reason }) => type === "Ready" && reason === "NotEnoughHosts") ?? false;
}
