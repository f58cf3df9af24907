import { afterAll, beforeAll, expect, test } from "vitest";
import { ControlPlaneComponent } from "../api/control-plane-component.ts";
import { HostedCluster } from "../api/hosted-cluster.ts";
import { HostedControlPlane } from "../api/hosted-control-plane.ts";
import { NodePool } from "../api/node-pool.ts";
import { operatorPermissions } from "../api/permissions.ts";
import { type Condition, isTrue } from "../kube/conditions.ts";
import type { Kind } from "../kube/kind.ts";
import {
  ConfigMap,
  Deployment,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
} from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { noLog } from "../kube/log.ts";
import { pause } from "../kube/pause.ts";
import type { Resource } from "../kube/resource.ts";
import { runControllers } from "../kube/run-controllers.ts";
import { waitFor, waitForGone } from "../kube/wait-for.ts";
import { type ApiServer, startApiServer } from "../testing/api-server.ts";
import { aRelease } from "../testing/control-planes.ts";
import { followedEtcd, healthyObservation } from "../testing/healthy-etcd.ts";
import { installCrds } from "../testing/install-crds.ts";
import { kubeWithRights } from "../testing/kube-with-rights.ts";
import { liveAndDie, untilQuiet } from "../testing/live-and-die.ts";
import { hostedClusterController } from "./hosted-cluster/hosted-cluster-controller.ts";
import { hostedControlPlane } from "./hosted-control-plane/hosted-control-plane-controller.ts";
import type { Options } from "./hosted-control-plane/options.ts";
import { publicAddress } from "./hosted-control-plane/public-address-controller.ts";
import { networkPolicyController } from "./network-policy/controller.ts";
import { nodePoolController } from "./node-pool/controller.ts";

// The operator and the control-plane-operator die after every few changes that they make, and others take over.

let server: ApiServer;
/** Both operators' client, with the rights that the operator has: it gives the other some of its own. */
let operator: Kube;
const stop = new AbortController();
let world: Promise<void>;

beforeAll(async () => {
  server = await startApiServer();
  await installCrds(server.kube, { clusterApi: true });
  const { kube, kubeconfig } = server;
  operator = await kubeWithRights({ kube, kubeconfig, name: "operator", rules: operatorPermissions });
  const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
  const metadata = { name: "standard", annotations };
  await server.kube.create({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata,
    provisioner: "example.com/none",
  } as Resource);
  world = playWorld(server.kube, stop.signal);
}, 120_000);

afterAll(async () => {
  stop.abort();
  await world;
  await server?.stop();
});

const planeKinds = [
  ConfigMap,
  ControlPlaneComponent,
  Deployment,
  HostedControlPlane,
  NetworkPolicy,
  PodDisruptionBudget,
  Role,
  RoleBinding,
  Secret,
  Service,
  ServiceAccount,
  StatefulSet,
] as unknown as Kind<Resource>[];

/** Both operators, as one process, for the cluster of this namespace. */
function live(kube: Kube, namespace: string, signal: AbortSignal): Promise<void> {
  const plane: Options = {
    namespace: `${namespace}-demo`,
    releaseOf: async () => aRelease as Awaited<ReturnType<Options["releaseOf"]>>,
    resolve: async () => [],
    askApiServer: async () => undefined,
    etcd: followedEtcd(healthyObservation(["etcd-0"], `${namespace}-demo`)),
    startGuest: async () => {},
    stopGuest: async () => {},
  };
  const readRelease = async () => aRelease;
  const supportedVersions = ["1.34"];
  const allowed = { allowedReleases: ["*"], allowedOverrides: [] };
  const controllers = [
    hostedClusterController({ operatorNamespace: "hypershift", supportedVersions, readRelease, ...allowed }),
    networkPolicyController({
      managementNetworks: async () => ({ networks: { api: [], pods: [], others: [], apart: [] } }),
      operatorNamespace: "hypershift",
    }),
    nodePoolController({ supportedVersions, readRelease, ...allowed }),
    hostedControlPlane(plane),
    publicAddress(plane),
  ];
  return runControllers(controllers, { kube, log: noLog, signal });
}

/** What Kubernetes' own controllers would do: workloads become ready, namespaces that go are emptied. */
async function playWorld(kube: Kube, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // The server may be away.
    await playTurn(kube).catch(() => {});
    await pause(50, signal).catch(() => {});
  }
}

async function playTurn(kube: Kube): Promise<void> {
  for (const kind of [Deployment, StatefulSet] as unknown as Kind<Deployment>[]) {
    for (const { metadata, spec, status } of await kube.list(kind)) {
      const replicas = spec?.replicas ?? 1;
      if (status?.observedGeneration === metadata?.generation && status?.readyReplicas === replicas) continue;
      const counts = { updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas };
      const ready = { observedGeneration: metadata?.generation, replicas, ...counts };
      await kube
        .patch(kind, metadata?.name ?? "", metadata?.namespace, { status: ready }, { subresource: "status" })
        .catch(() => {});
    }
  }
  for (const { metadata } of await kube.list(Namespace))
    if (metadata?.deletionTimestamp) await empty(kube, metadata.name ?? "");
}

async function empty(kube: Kube, namespace: string): Promise<void> {
  let left = 0;
  for (const kind of planeKinds) {
    for (const { metadata } of await kube.list(kind, { namespace })) {
      left++;
      await kube.delete(kind, metadata?.name ?? "", namespace);
    }
  }
  if (left > 0) return;
  const present = await kube.get(Namespace, namespace);
  if (!present) return;
  const body = { ...present, spec: { finalizers: [] } };
  await kube.request("PUT", `/api/v1/namespaces/${namespace}/finalize`, { body });
}

/** Lets operators live and die one after the other until nothing is left to do. */
function generations(namespace: string, isDone: () => Promise<boolean>): Promise<string[]> {
  return liveAndDie({ kube: operator, live: (kube, signal) => live(kube, namespace, signal), isDone, whatIsLeft });
}

async function whatIsLeft(): Promise<string> {
  const kinds = [HostedCluster, NodePool, HostedControlPlane] as unknown as Kind<Resource>[];
  const lists = await Promise.all(kinds.map((kind) => server.kube.list(kind)));
  return lists
    .flat()
    .map(({ metadata, ...object }) => {
      const { conditions = [] } = (object as { status?: { conditions?: Condition[] } }).status ?? {};
      const wrong = conditions.map(({ type, status, message }) => `${type}=${status} ${message}`);
      return `${metadata?.namespace}/${metadata?.name} ${metadata?.deletionTimestamp ?? ""}\n  ${wrong.join("\n  ")}`;
    })
    .join("\n");
}

async function begin(namespace: string): Promise<void> {
  const { kube } = server;
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull", namespace },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from('{"auths":{}}').toString("base64") },
  });
  const servicePublishingStrategy = { type: "NodePort", nodePort: { address: "192.0.2.1" } };
  await kube.create({
    apiVersion: HostedCluster.apiVersion,
    kind: HostedCluster.kind,
    metadata: { name: "demo", namespace },
    spec: {
      platform: { type: "None" },
      release: { image: aRelease.pullSpec },
      pullSecret: { name: "pull" },
      controllerAvailabilityPolicy: "SingleReplica",
      services: ["APIServer", "OAuthServer", "Konnectivity", "Ignition"].map((service) => ({
        service,
        servicePublishingStrategy,
      })),
    },
  } as unknown as HostedCluster);
  await kube.create({
    apiVersion: NodePool.apiVersion,
    kind: NodePool.kind,
    metadata: { name: "workers", namespace },
    spec: {
      clusterName: "demo",
      replicas: 0,
      release: { image: aRelease.pullSpec },
      platform: { type: "None" },
      management: { upgradeType: "Replace" },
    },
  } as NodePool);
}

async function isUp(namespace: string): Promise<boolean> {
  const { kube } = server;
  const [cluster, plane, pool] = await Promise.all([
    kube.get(HostedCluster, "demo", namespace),
    kube.get(HostedControlPlane, "demo", `${namespace}-demo`),
    kube.get(NodePool, "workers", namespace),
  ]);
  return (
    isTrue(cluster?.status?.conditions, "Available") &&
    isTrue(cluster?.status?.conditions, "ReconciliationSucceeded") &&
    plane?.status?.controlPlaneVersion?.history?.[0]?.state === "Completed" &&
    isTrue(pool?.status?.conditions, "Ready")
  );
}

async function isGone(namespace: string): Promise<boolean> {
  const { kube } = server;
  const found = await Promise.all([
    kube.get(HostedCluster, "demo", namespace),
    kube.get(NodePool, "workers", namespace),
    kube.get(Namespace, `${namespace}-demo`),
  ]);
  return found.every((object) => object === undefined);
}

/** Everything of the cluster, without what chance or the clock had a part in. */
async function endState(namespace: string): Promise<string[]> {
  const { kube } = server;
  const plane = `${namespace}-demo`;
  const infraID = (await kube.get(HostedCluster, "demo", namespace))?.spec.infraID ?? "";
  const own = await Promise.all(
    ([HostedCluster, NodePool, Secret] as unknown as Kind<Resource>[]).map((kind) => described(kind, namespace)),
  );
  const inside = await Promise.all(planeKinds.map((kind) => described(kind, plane)));
  return [...own, ...inside]
    .flat()
    .map((line) => line.replaceAll(infraID, "INFRA").replaceAll(namespace, "NAMESPACE"))
    .sort();
}

async function described(kind: Kind<Resource>, namespace: string): Promise<string[]> {
  const objects = await server.kube.list(kind, { namespace });
  return objects.map((object) => {
    const { metadata, data, spec, status } = object as Resource & {
      data?: object;
      spec?: { replicas?: number; template?: { spec?: { containers?: { args?: string[] }[] } } };
      status?: { conditions?: Condition[] };
    };
    return JSON.stringify({
      kind: kind.kind,
      name: metadata?.name,
      labels: Object.entries(metadata?.labels ?? {}).sort(),
      finalizers: metadata?.finalizers,
      owners: metadata?.ownerReferences?.map((owner) => `${owner.kind}/${owner.name}`),
      keys: Object.keys(data ?? {}).sort(),
      replicas: spec?.replicas,
      args: spec?.template?.spec?.containers?.map(({ args }) => args),
      conditions: status?.conditions?.map(({ type, status: value, reason }) => `${type}=${value} ${reason}`).sort(),
    });
  });
}

/** What operators that live leave of a cluster. */
let calm: string[];

/** Runs both operators while something is done. */
async function whileAlive(namespace: string, act: () => Promise<void>): Promise<void> {
  const end = new AbortController();
  const living = live(operator, namespace, end.signal);
  try {
    await act();
  } finally {
    end.abort();
    await living;
  }
}

const until = (isDone: () => Promise<boolean>) => untilQuiet({ isDone, whatIsLeft }, Date.now() + 120_000);

/** What belongs to the HostedCluster itself goes with it: Kubernetes' garbage collector is not here to take it. */
async function expectNothingLeft(namespace: string): Promise<void> {
  const left = (await server.kube.list(Secret, { namespace })).filter(({ metadata }) => !metadata?.ownerReferences);
  expect(left.map(({ metadata }) => metadata?.name)).toEqual(["pull"]);
}

beforeAll(async () => {
  await begin("lives");
  await whileAlive("lives", () => until(() => isUp("lives")));
  calm = await endState("lives");
  await server.kube.delete(HostedCluster, "demo", "lives");
  await whileAlive("lives", () => until(() => isGone("lives")));
}, 300_000);

test("operators that die after every few changes leave the same as ones that live, and nothing where it goes", async () => {
  await begin("dies");
  const deaths = await generations("dies", () => isUp("dies"));
  expect(deaths.length).toBeGreaterThan(10);
  expect(await endState("dies")).toEqual(calm);
  await server.kube.delete(HostedCluster, "demo", "dies");
  const last = await generations("dies", () => isGone("dies"));
  expect(last.length).toBeGreaterThan(2);
  await expectNothingLeft("dies");
}, 300_000);

test("a management API server that dies amid a create and a destroy leaves the same as one that lives", async () => {
  const { kube } = server;
  // A busy machine takes its time to start a server, and those that wait for it ask less and less often.
  const timeoutMs = 120_000;
  const restart = async () => {
    await server.kill();
    await server.start();
  };
  await begin("restarts");
  const namespace = "restarts-demo";
  await whileAlive("restarts", async () => {
    await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace });
    await restart();
    await waitFor(kube, StatefulSet, "etcd", () => true, { namespace, timeoutMs });
    await restart();
    await until(() => isUp("restarts"));
  });
  expect(await endState("restarts")).toEqual(calm);
  await whileAlive("restarts", async () => {
    await kube.delete(HostedCluster, "demo", "restarts");
    await waitForGone(kube, NodePool, "workers", { namespace: "restarts", timeoutMs });
    await restart();
    await until(() => isGone("restarts"));
  });
  await expectNothingLeft("restarts");
}, 500_000);
