import type { Log } from "../kube/controller.ts";
import type { Kube } from "../kube/kube.ts";
import { type Pass, runControllers } from "../kube/run-controllers.ts";
import { Heartbeats } from "../platforms/agent/heartbeats.ts";
import { runAgentRegistration } from "../platforms/agent/run-agent-registration.ts";
import { readRelease } from "../release/read-release.ts";
import { supportedVersions } from "../release/supported-versions.ts";
import { operatorControllers } from "./index.ts";
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
  /** Counts each pass over an object, for metrics. */
  onPass?: (pass: Pass) => void;
}

/** Runs the operator until the signal aborts. */
export async function runOperator({
  kube,
  log,
  signal,
  namespace,
  trustBundle,
  onPass,
}: OperatorOptions): Promise<void> {
  const now = () => new Date();
  const heartbeats = new Heartbeats(now());
  const controllers = operatorControllers({
    heartbeats,
    operatorNamespace: namespace,
    readRelease: rememberReleases(readRelease, now),
    trustBundle,
    supportedVersions,
  });
  log.info({ controllers: controllers.map(({ name }) => name) }, "operator started");
  await Promise.all([
    ensureWebhookCertificate(kube, namespace, now()),
    runControllers(controllers, { kube, log, signal, now, onPass }),
    runAgentRegistration({ kube, log, signal, namespace, heartbeats }),
  ]);
}
