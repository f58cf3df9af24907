import { ControlPlaneComponent } from "../../api/control-plane-component.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { paused } from "../../api/paused.ts";
import { wantedRecoveryAnnotation } from "../../api/wanted-recovery.ts";
import { type Context, type Controller, kept, type Outcome, Stalled, wait, watches } from "../../kube/controller.ts";
import { ConfigMap, PersistentVolumeClaim, Pod, Secret, Service } from "../../kube/kinds.ts";
import { sentenceOf } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { runSteps } from "../run-steps.ts";
import { together } from "../together.ts";
import { changeKey } from "./change-key.ts";
import { checkName } from "./check-name.ts";
import { checkRelease } from "./check-release.ts";
import { checkSpec } from "./check-spec.ts";
import { ensureComponents } from "./ensure-components.ts";
import { ensureKeys, finishKeys, renewKeys } from "./ensure-keys.ts";
import { ensureServices } from "./ensure-services.ts";
import { ensureOrders } from "./etcd/ensure-orders.ts";
import { ensureSnapshot } from "./etcd/ensure-snapshot.ts";
import { keepRevision } from "./etcd/keep-revision.ts";
import { readSnapshotKeys } from "./etcd/read-snapshot-keys.ts";
import { repairEtcd } from "./etcd/repair-etcd.ts";
import { reportEtcd } from "./etcd/report-etcd.ts";
import { explainPods } from "./explain-pods.ts";
import { lookAgainMs } from "./lifetime-of.ts";
import { lookAt } from "./look-at.ts";
import { observeComponents } from "./observe-components.ts";
import type { Options } from "./options.ts";
import { type PlaneStep, state } from "./pass.ts";
import { isPublished, pruneComponents, renderedKinds } from "./prune-components.ts";
import { endPods } from "./recovery/end-pods.ts";
import { reportRecovery } from "./recovery/report-recovery.ts";
import { restoreEtcd } from "./recovery/restore-etcd.ts";
import { reportAccess } from "./report-access.ts";
import { reportHealth } from "./report-health.ts";
import { reportRelease } from "./report-release.ts";
import { restartForKeys } from "./restart-for-keys.ts";
import { startGuest } from "./start-guest.ts";
import { stopComponents } from "./stop-components.ts";

/** Turns a HostedControlPlane into a running control plane: services, keys, components; and says how it is. */
export function hostedControlPlane(options: Options): Controller<HostedControlPlane> {
  const { namespace } = options;
  const act: PlaneStep[] = [
    // Whatever else is wrong.
    repairEtcd,
    checkSpec,
    // The registry is asked while addresses and keys are made.
    together(
      checkRelease,
      (pass) => runSteps(pass, [ensureSnapshot, ensureOrders]),
      (pass) => runSteps(pass, [ensureServices, ensureKeys]),
    ),
    readSnapshotKeys,
    changeKey,
    restoreEtcd,
    endPods,
    ensureComponents(),
    explainPods,
    finishKeys,
    pruneComponents(),
    checkName,
  ];
  const report: PlaneStep[] = [
    reportAccess,
    reportEtcd,
    reportHealth,
    reportRelease,
    startGuest,
    keepRevision,
    reportRecovery,
  ];

  async function reconcile(hcp: HostedControlPlane, context: Context): Promise<Outcome> {
    const pass = await lookAt(hcp, context, options);
    const pause = paused(hcp.spec.pausedUntil, context.now());
    const { valid, message } = pause;
    const reason = pause.paused ? "ReconciliationPaused" : valid ? "AsExpected" : "InvalidPausedUntilValue";
    state(pass, { type: "ReconciliationActive", status: pause.paused ? "False" : "True", reason, message });
    if (pause.paused) {
      // Who pauses to put etcd back by hand waits for its members, and those without data for an order.
      await runSteps(pass, [repairEtcd, observeComponents, renewKeys, restartForKeys, ...report]);
      return wait("ReconciliationPaused", message, Math.min(pause.endsInMs ?? Infinity, lookAgainMs(hcp)));
    }
    let outcome: Outcome;
    try {
      outcome = await runSteps(pass, act);
    } finally {
      // However far it came: how things are is always said.
      if (pass.states.size === 0) await observeComponents(pass);
      // Nothing of this pass is written when the next one has begun.
      await runSteps(pass, [renewKeys, restartForKeys, ...report, finishKeys]);
    }
    return outcome ?? pass.waits[0];
  }

  return {
    name: "control-plane-operator",
    kind: HostedControlPlane,
    namespace,
    owns: [...renderedKinds, ControlPlaneComponent].map(kept),
    // Users' Secrets and ConfigMaps are not owned, and pods start anew with them.
    watches: [
      watches({ kind: Secret, namespace, keysOf: (secret) => (isOfNodePool(secret) ? [] : undefined) }),
      watches({ kind: ConfigMap, namespace, keysOf: () => undefined }),
      watches({ kind: Service, namespace, keysOf: (service) => (isPublished(service) ? undefined : []) }),
      // Read to say what keeps pods; what becomes of them comes with their workloads. Only a recovery waits until they
      // are gone.
      watches<Pod>({
        kind: Pod,
        namespace,
        keep: true,
        reads: ({ metadata, status }) => [metadata?.deletionTimestamp, status?.phase],
        keysOf: (_, planes) => (planes().some(isToBeRecovered) ? undefined : []),
      }),
      watches({ kind: PersistentVolumeClaim, namespace, keep: true, keysOf: () => [] }),
    ],
    reconcile,
    finalizer: "hypershift.openshift.io/finalizer",
    // The rest goes with the namespace.
    async cleanup(hcp, context) {
      await options.stopGuest();
      return stopComponents(hcp, context);
    },
    summarize(hcp, { error, wait: waiting }, context) {
      const failed = error && !(error instanceof Stalled);
      state(
        { hcp, now: context.now },
        {
          type: "ReconciliationSucceeded",
          status: failed ? "False" : "True",
          reason: failed ? "ReconciliationError" : "ReconciliatonSucceeded",
          message: failed ? sentenceOf(error) : (waiting?.message ?? error?.message ?? "The last pass found no error"),
        },
      );
    },
    // Certificates end without anybody changing anything.
    resyncMs: lookAgainMs,
    wordsSettleMs: 2_000,
  };
}

const isToBeRecovered = ({ metadata }: Resource) => wantedRecoveryAnnotation in (metadata?.annotations ?? {});

/** Tokens and user data of node pools come and go without the control plane's doing. */
function isOfNodePool({ metadata }: Secret): boolean {
  return /^(token|user-data)-/.test(metadata?.name ?? "");
}
