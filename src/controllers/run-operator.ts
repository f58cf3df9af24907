import type { Log } from "../kube/controller.ts";
import type { Health } from "../kube/health.ts";
import type { Kube } from "../kube/kube.ts";
import { type Pass, runControllers } from "../kube/run-controllers.ts";
import { askRegistry } from "../release/ask-registry.ts";
import { readRelease } from "../release/read-release.ts";
import { supportedVersions } from "../release/supported-versions.ts";
import { createBackupAges } from "./backup/backup-ages.ts";
import { createShippedTimes } from "./change-shipping/shipped-times.ts";
import { createDrillFigures } from "./drill/drill-figures.ts";
import { followRegistries } from "./follow-registries.ts";
import { operatorControllers } from "./index.ts";
import { networkPolicyControllerName } from "./network-policy/controller.ts";
import { followManagementNetworks } from "./network-policy/follow-management-networks.ts";
import { rememberReleases } from "./remember-releases.ts";
import { ensureWebhookCertificate } from "./webhook-certificate.ts";

/** What the program `hypershift-operator` is started with. */
export interface OperatorOptions {
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** Where the operator runs. */
  namespace: string;
  /** Certificates in PEM of authorities that registries are trusted by, besides the usual ones. */
  trustBundle?: string;
  /** Blocks of addresses that control planes may not reach, besides those that the management cluster tells itself. */
  blockedCidrs?: string[];
  /** Where releases may come from, and which annotations that loosen the boundary are obeyed. */
  allowedReleases: readonly string[];
  allowedOverrides: readonly string[];
  /** The release's image `recovery`, which works on backups; none can be made or restored without. */
  recoveryImage?: string;
  /** Counts each pass over an object, for metrics. */
  onPass?: (pass: Pass) => void;
  /** Adds lines to the metrics. */
  alsoInMetrics?: (lines: () => string) => void;
  health?: Health;
}

/** Runs the operator until the signal aborts. */
export async function runOperator({
  kube,
  log,
  signal,
  namespace,
  trustBundle,
  blockedCidrs: blocked = [],
  allowedReleases,
  allowedOverrides,
  recoveryImage,
  onPass,
  alsoInMetrics,
  health,
}: OperatorOptions): Promise<void> {
  const now = () => new Date();
  let enqueue: (controller: string) => void = () => {};
  const managementNetworks = followManagementNetworks({
    kube,
    log,
    signal,
    blocked,
    onChange: () => enqueue(networkPolicyControllerName),
  });
  const registries = followRegistries({
    ask: (registry) => askRegistry(registry, { ca: trustBundle, signal }),
    onChange: () => {
      for (const name of ["hosted-cluster", "node-pool"]) enqueue(name);
    },
    signal,
  });
  const backupAges = createBackupAges();
  const shippedTimes = createShippedTimes();
  const drillFigures = createDrillFigures();
  for (const { text } of [backupAges, shippedTimes, drillFigures]) alsoInMetrics?.(text);
  const controllers = operatorControllers({
    operatorNamespace: namespace,
    readRelease: rememberReleases(readRelease, now, registries),
    trustBundle,
    managementNetworks,
    supportedVersions,
    allowedReleases,
    allowedOverrides,
    recoveryImage,
    backupAges,
    shippedTimes,
    drillFigures,
  });
  log.info({ controllers: controllers.map(({ name }) => name) }, "operator started");
  await Promise.all([
    ensureWebhookCertificate(kube, namespace, now()),
    runControllers(controllers, {
      kube,
      log,
      signal,
      now,
      onPass,
      health,
      onStart: (given) => {
        enqueue = given;
      },
    }),
  ]);
}
