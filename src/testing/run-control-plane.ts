import { render } from "../control-plane/component.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { etcd } from "../control-plane/etcd/component.ts";
import { firstOrders, ordersConfigMap } from "../control-plane/etcd/orders.ts";
import { keys } from "../control-plane/keys.ts";
import { kubeApiserver } from "../control-plane/kube-apiserver/component.ts";
import { kubeControllerManager } from "../control-plane/kube-controller-manager/component.ts";
import { kubeScheduler } from "../control-plane/kube-scheduler/component.ts";
import { createKube, type ReplaceableKube } from "../kube/create-kube.ts";
import type { Secret } from "../kube/kinds.ts";
import { pause } from "../kube/pause.ts";
import { textOf } from "../kube/text-of.ts";
import { aControlPlane } from "./control-planes.ts";
import { onLoopback } from "./on-loopback.ts";
import { controlPlanePrograms } from "./programs.ts";
import { type RunningRendered, runRendered } from "./run-rendered.ts";

/** A whole control plane of real programs with their rendered arguments and files, on loopback. */
export interface RunningControlPlane {
  /** A client of its API, as the control-plane-operator. */
  kube: ReplaceableKube;
  /** The text of the kubeconfig of that client. */
  kubeconfig: string;
  /** Its keys, as they are in the control plane's namespace. */
  secrets: Secret[];
  /** Where the one member of its etcd listens to clients. */
  etcdAddress: { host: string; port: number };
  programs: RunningRendered;
  stop(): Promise<void>;
}

export interface RunControlPlaneOptions {
  /** What it is rendered from. Its etcd is one member of this machine whatever the facts say. */
  facts: ControlPlane;
  /** The Kubernetes minor. */
  version: string;
  /** Secrets of users that the facts name. */
  secrets?: Secret[];
}

const readyWithinMs = 120_000;

/** Starts one, and resolves when its API server is ready; rejects with the end of the log of the program that ended. */
export async function runControlPlane({
  facts,
  version,
  secrets = [],
}: RunControlPlaneOptions): Promise<RunningControlPlane> {
  const ownEtcd = aControlPlane({ spec: { controllerAvailabilityPolicy: "SingleReplica" } });
  const made = keys(facts, [], new Date());
  // The etcd that a user brings has keys that are none of the control plane's.
  const brought = facts.spec.etcd.unmanaged ? keys(ownEtcd, [], new Date()).secrets.filter(isOfEtcd) : [];
  const rendered = [kubeApiserver, kubeControllerManager, kubeScheduler].flatMap((each) => render(each, facts));
  const loopback = await onLoopback();
  const programs = await runRendered({
    objects: [
      ...render(etcd, ownEtcd),
      ...rendered,
      ...made.secrets,
      ...made.configMaps,
      ...brought,
      ...clientSecret(facts, brought),
      ...secrets,
      ordersConfigMap(facts.namespace, firstOrders(ownEtcd)),
    ],
    programs: await controlPlanePrograms(version),
    replace: {
      ...loopback.replace,
      ...(facts.spec.etcd.unmanaged && { [facts.spec.etcd.unmanaged.endpoint]: `https://localhost:${loopback.etcd}` }),
    },
    more: {
      "kube-controller-manager": [`--secure-port=${loopback.manager}`],
      "kube-scheduler": [`--secure-port=${loopback.scheduler}`],
    },
  });
  const access = made.secrets.find(({ metadata }) => metadata?.name === "hcco-kubeconfig");
  const kubeconfig = (textOf(access, "kubeconfig") ?? "").replace(
    "https://kube-apiserver:6443",
    `https://localhost:${loopback.api}`,
  );
  const kube = await createKube({ kubeconfig });
  const stop = async () => {
    kube.close();
    await programs.stop();
  };
  const deadline = Date.now() + readyWithinMs;
  for (;;) {
    const failure = (await programs.failed("kube-apiserver")) ?? (await programs.failed("etcd"));
    if (failure || Date.now() > deadline) {
      await stop();
      throw new Error(failure ?? `The API server was not ready within ${readyWithinMs / 1000} s`);
    }
    const answer = await kube.request("GET", "/readyz").catch(() => undefined);
    if (answer?.status === 200) {
      const etcdAddress = { host: "127.0.0.1", port: Number(loopback.etcd) };
      return { kube, kubeconfig, secrets: made.secrets, etcdAddress, programs, stop };
    }
    await pause(50);
  }
}

const isOfEtcd = ({ metadata }: Secret) => metadata?.name?.startsWith("etcd-") ?? false;

/** What lets the API server into the etcd that a user brings, under the name that the facts give. */
function clientSecret({ spec }: ControlPlane, brought: Secret[]): Secret[] {
  const name = spec.etcd.unmanaged?.tls.clientSecret.name;
  const tls = brought.find(({ metadata }) => metadata?.name === "etcd-client-tls")?.data;
  if (!name || !tls) return [];
  const { "tls.crt": certificate = "", "tls.key": key = "", "ca.crt": authority = "" } = tls;
  const data = { "etcd-client.crt": certificate, "etcd-client.key": key, "etcd-client-ca.crt": authority };
  return [{ apiVersion: "v1", kind: "Secret", metadata: { name }, data }];
}
