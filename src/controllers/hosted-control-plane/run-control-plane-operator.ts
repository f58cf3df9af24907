import { resolveHost } from "../../guest/index.ts";
import type { Log } from "../../kube/controller.ts";
import type { Health } from "../../kube/health.ts";
import { informersByKube } from "../../kube/informers-by-kube.ts";
import type { CallOptions, Kube } from "../../kube/kube.ts";
import type { Metrics } from "../../kube/metrics.ts";
import { type RunControllersOptions, runControllers } from "../../kube/run-controllers.ts";
import { readRelease } from "../../release/read-release.ts";
import { acceptsCertificate } from "../certificate-revocation-request/accepts-certificate.ts";
import { certificateRevocation } from "../certificate-revocation-request/controller.ts";
import { rememberReleases } from "../remember-releases.ts";
import { verification } from "../verification/controller.ts";
import { askApiServer } from "./ask-api-server.ts";
import { dataAccessController } from "./etcd/data-access-controller.ts";
import { EtcdFollower } from "./etcd/etcd-follower.ts";
import { keepLastRevision } from "./etcd/keep-last-revision.ts";
import { Guest } from "./guest.ts";
import { hostedControlPlane } from "./hosted-control-plane-controller.ts";
import { keepReleases } from "./keep-releases.ts";
import type { Options } from "./options.ts";
import { publicAddress } from "./public-address-controller.ts";
import { readReleaseOf } from "./read-release-of.ts";

/** What the program `control-plane-operator` is started with. */
export interface ControlPlaneOperatorOptions {
  /** The management cluster. */
  kube: Kube;
  log: Log;
  signal: AbortSignal;
  /** The control plane's namespace. */
  namespace: string;
  /** Told of every pass, for metrics. */
  onPass?: RunControllersOptions["onPass"];
  /** Counts the requests to an API server, for metrics. */
  requestsTo?: Metrics["requestsTo"];
  health?: Health;
  /** Says why nothing may be changed in the hosted cluster and its etcd any more. */
  admit?: CallOptions["admit"];
}

/** Runs the control plane of one hosted cluster, and keeps the inside of that cluster right, until the signal aborts. */
export async function runControlPlaneOperator({
  kube,
  log,
  signal,
  namespace,
  onPass,
  requestsTo,
  health,
  admit,
}: ControlPlaneOperatorOptions): Promise<void> {
  const now = () => new Date();
  const remembered = rememberReleases(readRelease, now);
  const releaseOf = keepReleases(readReleaseOf(remembered, signal), now);
  const informers = informersByKube({ log, signal });
  const guest = new Guest(
    {
      management: kube,
      namespace,
      releaseOf,
      resolve: resolveHost,
    },
    { log, signal, health, admit, onPass, onRequest: requestsTo?.("hosted"), informers },
  );
  let lookAgain = () => {};
  const etcd = new EtcdFollower({ signal, admit, onNews: () => lookAgain() });
  const options: Options = {
    namespace,
    releaseOf,
    resolve: resolveHost,
    askApiServer,
    etcd,
    startGuest: (access) => guest.start(access),
    stopGuest: () => guest.stop(),
  };
  log.info({ namespace }, "control-plane-operator started");
  const revocation = certificateRevocation({ namespace, accepts: acceptsCertificate });
  const controllers = [
    hostedControlPlane(options),
    publicAddress(options),
    revocation,
    verification({ namespace }),
    dataAccessController(options),
  ];
  const onStart: RunControllersOptions["onStart"] = (enqueue) => {
    lookAgain = () => enqueue("control-plane-operator");
  };
  await runControllers(controllers, { kube, log, signal, now, onPass, onStart, health, informers });
  await Promise.all([guest.stop(), keepLastRevision({ kube, log, namespace, etcd, now: now() })]);
}
