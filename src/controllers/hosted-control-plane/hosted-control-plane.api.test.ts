import { afterEach, beforeAll, expect, test } from "vitest";
import { ControlPlaneComponent } from "../../api/control-plane-component.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { controlPlaneOperatorPermissions } from "../../api/permissions.ts";
import { wantedRecoveryAnnotation } from "../../api/wanted-recovery.ts";
import { keyName } from "../../control-plane/kube-apiserver/key-name.ts";
import type { Answering, Observation } from "../../etcd/observe-members.ts";
import { findCondition } from "../../kube/conditions.ts";
import type { Kind } from "../../kube/kind.ts";
import {
  ConfigMap,
  Deployment,
  type PersistentVolumeClaim,
  Pod,
  Secret,
  Service,
  StatefulSet,
} from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { overrideKube } from "../../kube/override-kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { textOf } from "../../kube/text-of.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { createAuthority, fingerprintOf } from "../../pki/certificate.ts";
import { RegistryError } from "../../release/registry-error.ts";
import { release } from "../../release/release.ts";
import { aRelease, aSpec } from "../../testing/control-planes.ts";
import { followedEtcd, healthyObservation } from "../../testing/healthy-etcd.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { ownApiServer } from "../../testing/own-api-server.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { durableRecord, writeDurableRecord } from "./durable-record.ts";
import { hostedControlPlane } from "./hosted-control-plane-controller.ts";
import { presentKeys } from "./key-change.ts";
import type { Options } from "./options.ts";
import { publicAddress } from "./public-address-controller.ts";

type Spec = HostedControlPlane["spec"];

const from = (url: string): Spec["etcd"] => ({
  managementType: "Managed",
  managed: { storage: { type: "PersistentVolume", restoreSnapshotURL: [url] } },
});

const running: (() => Promise<void>)[] = [];
/** The release after that of the samples: every image of it is another one. */
const nextRelease = release("registry.example.com/roost/release:1.34.5", `sha256:${"0".repeat(64)}`, {
  ...aRelease,
  version: "1.34.5",
  images: Object.fromEntries(Object.entries(aRelease.images).map(([name, image]) => [name, `${image.slice(0, -1)}0`])),
});
beforeAll(async () => {
  const { kube } = await sharedApiServer();
  await installCrds(kube);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

interface World {
  /** What etcd's members say. */
  observed?: Observation;
  /** What else is known of etcd; a test may change it. */
  etcd?: Partial<Options["etcd"]>;
  /** Why the registry does not answer. */
  unasked?: string;
  /** What is wrong with the release; a test may change it. */
  release?: { error?: Error };
  /** What is there before the HostedControlPlane. */
  before?: (kube: Kube, namespace: string) => Promise<unknown>;
  /** Names of objects that no watch tells of. */
  hidden?: string[];
}

/** The controller, with the rights that its Role gives, on a HostedControlPlane of its own, with load balancers that answer at once. */
async function start(changes: Partial<Spec> = {}, annotations: Record<string, string> = {}, world: World = {}) {
  const { kube, namespace } = await sharedApiServer("plane");
  return run(kube, namespace, changes, annotations, world);
}

async function run(
  kube: Kube,
  namespace: string,
  changes: Partial<Spec> = {},
  annotations: Record<string, string> = {},
  world: World = {},
) {
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull-secret", namespace },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": Buffer.from(`{"auths":{}}`).toString("base64") },
  });
  await world.before?.(kube, namespace);
  await kube.create<HostedControlPlane>({
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedControlPlane",
    metadata: { name: "demo", namespace, annotations },
    spec: aSpec(changes),
  });
  return operate(kube, namespace, world);
}

/** Runs the controllers, as a process that starts does. */
async function operate(
  kube: Kube,
  namespace: string,
  { observed = healthyObservation(["etcd-0"]), etcd = {}, unasked, release = {}, hidden }: World = {},
) {
  const requests: string[] = [];
  const own = await kubeWithRights({
    kube,
    kubeconfig: ownApiServer(),
    name: "control-plane-operator",
    rules: controlPlaneOperatorPermissions,
    namespace,
    onRequest: ({ verb, resource }) => requests.push(`${verb} ${resource}`),
  });
  const passes: string[] = [];
  const guests: string[] = [];
  const address = { answers: true };
  const stop = new AbortController();
  const options: Options = {
    namespace,
    releaseOf: async ({ spec }) => {
      if (release.error) throw release.error;
      return { ...(spec.releaseImage === nextRelease.pullSpec ? nextRelease : aRelease), unasked };
    },
    resolve: async (host) => (host === "api-demo.example.com" ? ["192.0.2.7"] : []),
    askApiServer: async ({ host, port }) =>
      address.answers ? undefined : `https://${host}:${port}/livez cannot be reached`,
    etcd: Object.assign(etcd, { ...followedEtcd(observed), ...etcd }),
    startGuest: async ({ kubeconfig }) => void guests.push(kubeconfig),
    stopGuest: async () => {},
  };
  const ended = runControllers([hostedControlPlane(options), publicAddress(options)], {
    kube: hidden ? withLateWatch(own, hidden) : own,
    log: noLog,
    signal: stop.signal,
    onPass: ({ result }) => passes.push(result),
  });
  const end = async () => {
    stop.abort();
    await ended;
    own.close();
  };
  running.push(end);
  return { kube, namespace, passes, guests, address, requests, end };
}

/** A client whose watches never come so far as to tell of these objects. */
function withLateWatch(kube: Kube, names: string[]): Kube {
  return overrideKube(kube, {
    watch: (kind, options) =>
      kube.watch(kind, {
        ...options,
        onEvent: (event) => names.includes(event.object.metadata?.name ?? "") || options.onEvent(event),
      }),
  });
}

const until = (kube: Kube, namespace: string, type: string, status: string) =>
  waitFor(kube, HostedControlPlane, "demo", (hcp) => findCondition(hcp.status?.conditions, type)?.status === status, {
    namespace,
  });

async function giveAddresses(kube: Kube, namespace: string): Promise<void> {
  for (const name of ["kube-apiserver", "konnectivity-server", "ignition-server"]) {
    await waitFor(kube, Service, name, () => true, { namespace });
    await kube.patch(
      Service,
      name,
      namespace,
      { status: { loadBalancer: { ingress: [{ ip: "192.0.2.7" }] } } },
      { subresource: "status" },
    );
  }
}

const aKeyService: NonNullable<Spec["secretEncryption"]> = {
  type: "kms",
  kms: {
    provider: "AWS",
    aws: {
      region: "x",
      activeKey: { arn: "arn:aws:kms:us-east-1:123456789012:key/abc" },
      auth: { awsKms: "arn:aws:iam::123456789012:role/kms" },
    },
  },
};

/** What the controllers of a management cluster would report of running pods. */
async function makeReady(
  kube: Kube,
  namespace: string,
  kind: typeof Deployment | typeof StatefulSet,
  name: string,
): Promise<void> {
  const workload = await waitFor<Deployment>(kube, kind as typeof Deployment, name, () => true, { namespace });
  const replicas = workload.spec?.replicas ?? 1;
  const status = {
    observedGeneration: workload.metadata?.generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
  await kube.patch(kind as typeof Deployment, name, namespace, { status }, { subresource: "status" });
}

async function makeAllReady(kube: Kube, namespace: string): Promise<void> {
  await makeReady(kube, namespace, StatefulSet, "etcd");
  for (const name of ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "ignition-server"])
    await makeReady(kube, namespace, Deployment, name);
}

test("etcd starts before the addresses are known, the API server when they are", async () => {
  const { kube, namespace } = await start();
  await waitFor(kube, StatefulSet, "etcd", () => true, { namespace });
  const waiting = await until(kube, namespace, "InfrastructureReady", "False");
  expect(findCondition(waiting.status?.conditions, "InfrastructureReady")?.message).toContain("konnectivity-server");
  expect(await kube.get(Deployment, "kube-apiserver", namespace)).toBeUndefined();
  await giveAddresses(kube, namespace);
  await waitFor(kube, Deployment, "kube-apiserver", () => true, { namespace });
  const hcp = await until(kube, namespace, "InfrastructureReady", "True");
  expect(hcp.status?.controlPlaneEndpoint).toEqual({ host: "api-demo.example.com", port: 6443 });
});

test("a control plane becomes available when its workloads are, and then its inside is looked after", async () => {
  const { kube, namespace, guests } = await start();
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  const { status } = await until(kube, namespace, "Available", "True");
  expect(status).toMatchObject({
    initialized: true,
    kubeConfig: { name: "admin-kubeconfig" },
    kubeadminPassword: { name: "kubeadmin-password" },
  });
  expect(guests[0]).toContain("https://kube-apiserver:6443");
  const rolledOut = await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    (hcp) => hcp.status?.controlPlaneVersion?.history?.[0]?.state === "Completed",
    { namespace },
  );
  expect(rolledOut.status).toMatchObject({ ready: true, version: "1.34.4" });
  expect(rolledOut.status?.conditions?.filter(({ observedGeneration }) => observedGeneration === undefined)).toEqual(
    [],
  );
  const component = await waitFor(
    kube,
    ControlPlaneComponent,
    "kube-apiserver",
    (each) => each.status?.version === "1.34.4",
    { namespace },
  );
  expect(component.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
    "Available=True",
    "RolloutComplete=True",
  ]);
});

test("a management cluster without room is said where the API server's absence is", async () => {
  const { kube, namespace } = await start();
  await giveAddresses(kube, namespace);
  const { spec } = await waitFor(kube, Deployment, "kube-apiserver", () => true, { namespace });
  await kube.create<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "kube-apiserver-0", namespace, labels: spec?.selector.matchLabels },
    spec: { automountServiceAccountToken: false, containers: [{ name: "a", image: "a" }] },
  });
  const message = "0/1 nodes are available: 1 Insufficient memory.";
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
  await kube.patch(
    Pod,
    "kube-apiserver-0",
    namespace,
    { status: { conditions: [condition] } },
    { subresource: "status" },
  );
  const hcp = await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    ({ status }) =>
      findCondition(status?.conditions, "KubeAPIServerAvailable")?.message.includes("no node takes") ?? false,
    { namespace, timeoutMs: 40_000 },
  );
  expect(findCondition(hcp.status?.conditions, "KubeAPIServerAvailable")?.message).toContain(
    "no node takes the pod kube-apiserver-0: 0/1 nodes are available: 1 Insufficient memory: add nodes",
  );
}, 60_000);

test("a control plane is available while its public address answers, and not otherwise", async () => {
  const { kube, namespace, address } = await start();
  address.answers = false;
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  const unreached = await until(kube, namespace, "KubeAPIServerReachable", "False");
  expect(unreached.status?.initialized).toBe(true);
  const waiting = await until(kube, namespace, "Available", "False");
  expect(findCondition(waiting.status?.conditions, "KubeAPIServerAvailable")?.status).toBe("True");
  await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    (hcp) => findCondition(hcp.status?.conditions, "Available")?.reason === "KASLoadBalancerNotReachable",
    { namespace },
  );
  address.answers = true;
  const { status } = await until(kube, namespace, "Available", "True");
  expect(status?.ready).toBe(true);
  address.answers = false;
  // Anything that changes brings a look; without a change it comes after a few seconds.
  await kube.patch(HostedControlPlane, "demo", namespace, { metadata: { annotations: { touched: "yes" } } });
  const lost = await until(kube, namespace, "Available", "False");
  expect(findCondition(lost.status?.conditions, "Available")).toMatchObject({
    reason: "KASLoadBalancerNotReachable",
    message: expect.stringContaining("https://api-demo.example.com:6443/livez cannot be reached"),
  });
});

test("a control plane that answers and that no change reaches says so where users look first", async () => {
  const { kube, namespace } = await start();
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  await until(kube, namespace, "Available", "True");
  await kube.delete(Secret, "pull-secret", namespace);
  const hcp = await until(kube, namespace, "ValidHostedControlPlaneConfiguration", "False");
  expect(findCondition(hcp.status?.conditions, "Available")).toMatchObject({
    status: "True",
    message: expect.stringContaining("changes are not carried out: The Secret pull-secret"),
  });
});

test("a new encryption key is read everywhere before it is written with", async () => {
  const key = (name: string, namespace: string): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    data: { key: Buffer.alloc(32, name).toString("base64") },
  });
  const { kube, namespace } = await start({
    secretEncryption: { type: "aescbc", aescbc: { activeKey: { name: "one" } } },
  });
  await kube.create(key("one", namespace));
  await kube.create(key("two", namespace));
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  await until(kube, namespace, "Available", "True");
  // By its bytes, whatever Secret it is in.
  const order = (secret: Secret | undefined) =>
    presentKeys(textOf(secret, "encryption.json"))
      ?.keys.map(({ name }) => names[name])
      .join();
  const names = Object.fromEntries(
    ["one", "two"].map((name) => [keyName(Buffer.alloc(32, name).toString("base64")), name]),
  );
  const file = "kube-apiserver-encryption";
  expect(order(await kube.get(Secret, file, namespace))).toBe("one");
  const before = (await kube.get(Deployment, "kube-apiserver", namespace))?.metadata?.generation ?? 0;
  await kube.patch(HostedControlPlane, "demo", namespace, {
    spec: { secretEncryption: { aescbc: { activeKey: { name: "two" }, backupKey: { name: "one" } } } },
  });
  const isLater = (than: number) => (each: Deployment) => (each.metadata?.generation ?? 0) > than;
  const { metadata } = await waitFor(kube, Deployment, "kube-apiserver", isLater(before), { namespace });
  expect(order(await kube.get(Secret, file, namespace))).toBe("one,two");
  // A replica that goes, and does not know the new key, may still be asked.
  const containers = [{ name: "kube-apiserver", image: "kube-apiserver" }];
  const labels = { app: "kube-apiserver" };
  await kube.create<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "old", namespace, labels },
    spec: { containers },
  });
  await makeReady(kube, namespace, Deployment, "kube-apiserver");
  await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    ({ status }) => findCondition(status?.conditions, "Degraded")?.status === "False",
    { namespace },
  );
  expect(order(await kube.get(Secret, file, namespace))).toBe("one,two");
  await kube.request("DELETE", `/api/v1/namespaces/${namespace}/pods/old`, { body: { gracePeriodSeconds: 0 } });
  await waitFor(kube, Deployment, "kube-apiserver", isLater(metadata?.generation ?? 0), { namespace });
  expect(order(await kube.get(Secret, file, namespace))).toBe("two,one");
});

test("another key in the Secret of one that is in use is a new key, and the former one goes on being read", async () => {
  const { kube, namespace } = await start({
    secretEncryption: { type: "aescbc", aescbc: { activeKey: { name: "one" } } },
  });
  const key = (fill: number) => ({ key: Buffer.alloc(32, fill).toString("base64") });
  await kube.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata: { name: "one", namespace }, data: key(1) });
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  await until(kube, namespace, "Available", "True");
  await kube.patch(Secret, "one", namespace, { data: key(2) });
  const secrets = (file: Secret) => presentKeys(textOf(file, "encryption.json"))?.keys.map(({ secret }) => secret);
  const both = (file: Secret) => secrets(file)?.length === 2;
  const file = await waitFor(kube, Secret, "kube-apiserver-encryption", both, { namespace });
  expect(secrets(file)).toEqual([key(1).key, key(2).key]);
});

test("a control plane that is to begin with a snapshot has no API server before that is there and can be read", async () => {
  const url = `https://store.example.com/snapshot.db?X-Amz-Signature=0123&X-Amz-Security-Token=${"t".repeat(1500)}`;
  const silent = { problem: "etcd-0 does not answer", isEmpty: false, says: "restoring first failed: fetch 22 403" };
  const news = { etcd: {} as Partial<Options["etcd"]>, observed: { "etcd-0": silent } as Observation };
  const { kube, namespace, passes } = await start({ etcd: from(url) }, {}, news);
  await giveAddresses(kube, namespace);
  const hcp = await until(kube, namespace, "EtcdSnapshotRestored", "False");
  await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    ({ status }) => findCondition(status?.conditions, "EtcdAvailable")?.reason === "EtcdRestoreFailed",
    { namespace },
  );
  expect(findCondition(hcp.status?.conditions, "EtcdSnapshotRestored")?.message).toMatch(/^etcd/);
  await quiet(passes);
  const secret = await kube.get(Secret, "etcd-restore", namespace);
  expect(textOf(secret, "url")).toBe(url);
  expect((await kube.get(ConfigMap, "etcd-members", namespace))?.data?.["etcd-0"]).toMatch(/^restore first etcd-0=/);
  expect(await kube.get(Deployment, "kube-apiserver", namespace)).toBeUndefined();
  const { status } = (await kube.get(HostedControlPlane, "demo", namespace)) ?? {};
  expect(findCondition(status?.conditions, "EtcdSnapshotRestored")).toMatchObject({
    reason: "EtcdRestoreFailed",
    message: expect.stringContaining("its address is refused (403): it is wrong or has expired"),
  });
  expect(JSON.stringify([status, await kube.get(StatefulSet, "etcd", namespace)])).not.toContain("X-Amz-Signature");

  // etcd has it now, and Secrets in it are encrypted with a key that nobody has named.
  let values = [Buffer.from("k8s:enc:aescbc:v1:theirs:0123456789abcdef0123456789abcdef")];
  const call = async () => ({ kvs: values.map((value) => ({ key: btoa("a"), value: value.toString("base64") })) });
  const { etcd } = news;
  const members = { "etcd-0": "hold" };
  await writeDurableRecord(kube, namespace, "etcd", { clusterID: "c1", members: { "etcd-0": { id: "1a" } } });
  Object.assign(etcd, { latest: healthyObservation(["etcd-0"]), toActOn: undefined, client: { call } as never });
  await kube.patch(ConfigMap, "etcd-members", namespace, { data: members });
  const says = (text: string) => (each: HostedControlPlane) =>
    findCondition(each.status?.conditions, "EtcdSnapshotRestored")?.message.includes(text) === true;
  await waitFor(kube, HostedControlPlane, "demo", says("names no key"), { namespace });
  expect(await kube.get(Deployment, "kube-apiserver", namespace)).toBeUndefined();
  // The address is of no use any more.
  await waitForGone(kube, Secret, "etcd-restore", { namespace });

  values = [Buffer.from("k8s\0")];
  await kube.patch(ConfigMap, "etcd-members", namespace, { metadata: { annotations: { again: "1" } } });
  await until(kube, namespace, "EtcdSnapshotRestored", "True");
  await waitFor(kube, Deployment, "kube-apiserver", () => true, { namespace });
});

test("an update goes through etcd, the API server and the controllers, each once the one before has it", async () => {
  const { kube, namespace } = await start();
  await giveAddresses(kube, namespace);
  await makeReady(kube, namespace, StatefulSet, "etcd");
  const order = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "ignition-server"] as const;
  for (const name of order) await makeReady(kube, namespace, Deployment, name);
  await until(kube, namespace, "Available", "True");
  const isNew = ({ spec }: Deployment | StatefulSet) =>
    spec?.template?.spec?.containers[0]?.image?.endsWith("0") === true;
  const updated = async () =>
    (await Promise.all(order.map((name) => kube.get(Deployment, name, namespace))))
      .filter((each) => each && isNew(each))
      .map((each) => each?.metadata?.name);
  await kube.patch(HostedControlPlane, "demo", namespace, { spec: { releaseImage: nextRelease.pullSpec } });
  const says = (version: string, state: string) => (hcp: HostedControlPlane) => {
    const [latest] = hcp.status?.controlPlaneVersion?.history ?? [];
    return latest?.version === version && latest.state === state;
  };
  await waitFor(kube, StatefulSet, "etcd", isNew, { namespace });
  await waitFor(kube, HostedControlPlane, "demo", says("1.34.5", "Partial"), { namespace });
  expect(await updated()).toEqual([]);
  await makeReady(kube, namespace, StatefulSet, "etcd");
  await waitFor(kube, Deployment, "kube-apiserver", isNew, { namespace });
  await waitFor(
    kube,
    ControlPlaneComponent,
    "kube-scheduler",
    ({ status }) => findCondition(status?.conditions, "RolloutComplete")?.reason === "WaitingForDependencies",
    { namespace },
  );
  expect(await updated()).toEqual(["kube-apiserver"]);
  for (const name of order) {
    await waitFor(kube, Deployment, name, isNew, { namespace });
    await makeReady(kube, namespace, Deployment, name);
  }
  await waitFor(kube, HostedControlPlane, "demo", says("1.34.5", "Completed"), { namespace });
});

const madeKinds = [Secret, ConfigMap, Service, Deployment, StatefulSet, ControlPlaneComponent];

async function listAll(kube: Kube, namespace: string, kinds: object[]): Promise<Resource[]> {
  return (await Promise.all(kinds.map((kind) => kube.list(kind as Kind, { namespace })))).flat();
}

test("a second pass writes nothing", async () => {
  const { kube, namespace, passes } = await start();
  await giveAddresses(kube, namespace);
  await waitFor(kube, Deployment, "kube-apiserver", () => true, { namespace });
  await until(kube, namespace, "InfrastructureReady", "True");
  const versions = async () =>
    (await listAll(kube, namespace, [...madeKinds, HostedControlPlane])).map(
      ({ metadata }) => `${metadata?.name} ${metadata?.resourceVersion}`,
    );
  let touches = 0;
  const written = async () => {
    await quiet(passes);
    const before = await versions();
    const seen = passes.length;
    await kube.patch(ConfigMap, "root-ca", namespace, { metadata: { annotations: { touched: String(++touches) } } });
    await expect.poll(() => passes.length).toBeGreaterThan(seen);
    await quiet(passes);
    return (await versions()).filter((each) => !before.includes(each) && !each.startsWith("root-ca "));
  };
  // Several tries, because settling takes a slow machine long.
  await expect.poll(written, { timeout: 60_000 }).toEqual([]);
}, 180_000);

test("a control plane to which nothing happens is asked for nothing, also when its passes go on", async () => {
  const { kube, namespace, passes, requests } = await startedWithKeys();
  let touches = 0;
  const asked = async () => {
    await quiet(passes);
    requests.length = 0;
    const seen = passes.length;
    const metadata = { annotations: { touched: String(++touches) } };
    await kube.patch(ConfigMap, "root-ca", namespace, { metadata });
    await kube.patch(HostedControlPlane, "demo", namespace, { metadata });
    await expect.poll(() => passes.length).toBeGreaterThan(seen + 1);
    await quiet(passes);
    return requests;
  };
  // What somebody else noted on an object is theirs. Several tries, because settling takes a slow machine long.
  await expect.poll(asked, { timeout: 60_000 }).toEqual([]);
}, 180_000);

test("to make a control plane takes little more than a request for each of its objects", async () => {
  const { kube, namespace, passes, requests } = await startedWithKeys();
  await quiet(passes);
  const reads = requests.filter((request) => /^(get|list) /.test(request));
  // 22 as this was written: a list for each watch, and what is asked before something is made for good.
  expect(reads.length).toBeLessThan(40);
  // Not statuses: how often they are written depends on how far a machine comes between two looks.
  const writes = requests.filter((request) => /^(apply|create) /.test(request));
  const objects = await listAll(kube, namespace, madeKinds);
  // 64 for 58 as this was written: some say more as what they are about comes up, on a slow machine in more steps.
  expect(writes.length).toBeLessThan(objects.length * 1.5);
});

test("nothing is signed anew or called lost because a watch is late", async () => {
  const { kube, namespace, end } = await startedWithKeys();
  const names = ["root-ca", "etcd-signer", "kas-server-crt", "service-account-signing-key"];
  const before = await Promise.all(names.map((name) => secretData(kube, namespace, name)));
  expect(before).not.toContain(undefined);
  await end();
  const { passes } = await operate(kube, namespace, { hidden: [...names, "durable-record"] });
  await expect.poll(() => passes.length).toBeGreaterThan(1);
  await quiet(passes);
  expect(await Promise.all(names.map((name) => secretData(kube, namespace, name)))).toEqual(before);
  const hcp = await kube.get(HostedControlPlane, "demo", namespace);
  expect(findCondition(hcp?.status?.conditions, "SigningKeysAvailable")?.status).toBe("True");
});

test("what is no longer rendered is deleted, and keys are not", async () => {
  const { kube, namespace } = await start({
    secretEncryption: { type: "aescbc", aescbc: { activeKey: { name: "key" } } },
  });
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "key", namespace },
    data: { key: Buffer.alloc(32, 1).toString("base64") },
  });
  // Not the control plane's, though it looks like it; and its own, though no component's.
  const labels = { "hypershift.openshift.io/control-plane-component": "ignition-server" };
  await kube.create<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "foreign", namespace, labels },
  });
  const { uid = "" } = (await kube.get(HostedControlPlane, "demo", namespace))?.metadata ?? {};
  const owner = { apiVersion: "hypershift.openshift.io/v1beta1", kind: "HostedControlPlane", name: "demo", uid };
  await kube.create<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "unlabelled", namespace, ownerReferences: [owner] },
  });
  await giveAddresses(kube, namespace);
  await makeReady(kube, namespace, StatefulSet, "etcd");
  await makeReady(kube, namespace, Deployment, "kube-apiserver");
  await waitFor(kube, Deployment, "ignition-server", () => true, { namespace });
  await kube.patch(HostedControlPlane, "demo", namespace, {
    metadata: { annotations: { "hypershift.openshift.io/disable-ignition-server": "true" } },
  });
  const gone = async () => (await kube.get(Deployment, "ignition-server", namespace)) === undefined;
  await expect.poll(gone).toBe(true);
  // Published Services have no owner, and go all the same once nobody wants them.
  const services = aSpec().services.map((each) =>
    each.service === "Ignition" ? { ...each, servicePublishingStrategy: { type: "None" } } : each,
  );
  await kube.patch(HostedControlPlane, "demo", namespace, { spec: { services } });
  await waitForGone(kube, Service, "ignition-server", { namespace });
  expect(await kube.get(Secret, "root-ca", namespace)).toBeDefined();
  expect(await kube.get(Secret, "kube-apiserver-encryption", namespace)).toBeDefined();
  expect(await kube.get(ConfigMap, "foreign", namespace)).toBeDefined();
  expect(await kube.get(ConfigMap, "unlabelled", namespace)).toBeDefined();
});

test.each<[string, Partial<Spec>, string]>([
  [
    "a Route where none are served",
    { services: aSpec().services.map((each) => ({ ...each, servicePublishingStrategy: { type: "Route" } })) as never },
    "use LoadBalancer or NodePort",
  ],
  ["a key service", { secretEncryption: aKeyService }, "use spec.secretEncryption.type aescbc"],
  [
    "a snapshot whose address needs credentials",
    { etcd: from("s3://bucket/snapshot.db") },
    "delete the HostedCluster and create it again with a presigned https:// address",
  ],
  [
    "a Secret that does not exist",
    { secretEncryption: { type: "aescbc", aescbc: { activeKey: { name: "nowhere" } } } },
    "The Secret nowhere",
  ],
])("%s is said in ValidHostedControlPlaneConfiguration, and nothing is made", async (_, changes, message) => {
  const { kube, namespace } = await start(changes);
  const hcp = await until(kube, namespace, "ValidHostedControlPlaneConfiguration", "False");
  const condition = findCondition(hcp.status?.conditions, "ValidHostedControlPlaneConfiguration");
  expect(condition).toMatchObject({
    reason: "InvalidConfiguration",
    message: expect.stringContaining(message),
    observedGeneration: 1,
  });
  expect(findCondition(hcp.status?.conditions, "Available")).toMatchObject({
    status: "False",
    message: condition?.message,
  });
  expect(await kube.list(Service, { namespace })).toEqual([]);
});

test("a public name that nobody has made is said, and does not hold the control plane back", async () => {
  const services = structuredClone(aSpec().services);
  const [first] = services;
  if (first)
    first.servicePublishingStrategy = { type: "LoadBalancer", loadBalancer: { hostname: "unmade.example.com" } };
  const { kube, namespace } = await start({ services });
  await giveAddresses(kube, namespace);
  const hcp = await until(kube, namespace, "ExternalDNSReachable", "False");
  expect(findCondition(hcp.status?.conditions, "ExternalDNSReachable")?.message).toContain("unmade.example.com");
  await waitFor(kube, Deployment, "kube-apiserver", () => true, { namespace });
});

test("when it is deleted its workloads and pods go at once", async () => {
  const { kube, namespace } = await start();
  await giveAddresses(kube, namespace);
  await waitFor(kube, Deployment, "kube-apiserver", () => true, { namespace });
  await waitFor(kube, StatefulSet, "etcd", () => true, { namespace });
  const labels = { "hypershift.openshift.io/control-plane-component": "etcd" };
  const containers = [{ name: "etcd", image: "etcd" }];
  await kube.create<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "etcd-0", namespace, labels },
    spec: { containers },
  });
  await kube.create<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "of-somebody-else", namespace },
    spec: { containers },
  });
  await kube.delete(HostedControlPlane, "demo", namespace);
  await waitForGone(kube, HostedControlPlane, "demo", { namespace });
  // Nothing collects garbage here: they wait for somebody to orphan their pods, and make no more of them.
  const workloads = [...(await kube.list(Deployment, { namespace })), ...(await kube.list(StatefulSet, { namespace }))];
  expect(workloads.filter(({ metadata }) => !metadata?.deletionTimestamp)).toEqual([]);
  expect((await kube.list(Pod, { namespace })).map(({ metadata }) => metadata?.name)).toEqual(["of-somebody-else"]);
  expect(await kube.get(Secret, "root-ca", namespace)).toBeDefined();
});

async function secretData(kube: Kube, namespace: string, name: string) {
  return (await kube.get(Secret, name, namespace))?.data;
}

async function startedWithKeys(world: World = {}) {
  const started = await start({}, {}, world);
  await giveAddresses(started.kube, started.namespace);
  await makeReady(started.kube, started.namespace, StatefulSet, "etcd");
  await makeReady(started.kube, started.namespace, Deployment, "kube-apiserver");
  for (const name of ["kube-controller-manager", "kube-scheduler", "ignition-server"])
    await makeReady(started.kube, started.namespace, Deployment, name);
  await until(started.kube, started.namespace, "Available", "True");
  return started;
}

test("a signer that was deleted is not made anew: it is said, what runs goes on, and ends when it is put back", async () => {
  const { kube, namespace } = await startedWithKeys();
  const names = ["kas-server-crt", "admin-kubeconfig", "hcco-kubeconfig"];
  const before = await Promise.all(names.map((name) => secretData(kube, namespace, name)));
  const root = await kube.get(Secret, "root-ca", namespace);
  await kube.delete(Secret, "root-ca", namespace);
  const hcp = await until(kube, namespace, "SigningKeysAvailable", "False");
  expect(findCondition(hcp.status?.conditions, "SigningKeysAvailable")).toMatchObject({
    reason: "SignerMissing",
    message: expect.stringContaining(`kubectl apply -n ${namespace} -f root-ca.yaml`),
  });
  expect(findCondition(hcp.status?.conditions, "Degraded")).toMatchObject({ status: "True", reason: "SignerMissing" });
  expect(findCondition(hcp.status?.conditions, "Available")?.status).toBe("True");
  expect(await kube.get(Secret, "root-ca", namespace)).toBeUndefined();
  expect(await Promise.all(names.map((name) => secretData(kube, namespace, name)))).toEqual(before);
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "root-ca", namespace },
    data: root?.data,
  });
  await until(kube, namespace, "SigningKeysAvailable", "True");
  expect(await secretData(kube, namespace, "root-ca")).toEqual(root?.data);
});

test("a signer with another key than the recorded one is not used, nor written over", async () => {
  const { kube, namespace } = await startedWithKeys();
  const before = await secretData(kube, namespace, "etcd-server-tls");
  const other = await secretData(kube, namespace, "root-ca");
  await kube.patch(Secret, "etcd-signer", namespace, { data: other });
  const hcp = await until(kube, namespace, "SigningKeysAvailable", "False");
  expect(findCondition(hcp.status?.conditions, "SigningKeysAvailable")?.reason).toBe("SignerReplaced");
  expect(await secretData(kube, namespace, "etcd-server-tls")).toEqual(before);
  expect(await secretData(kube, namespace, "etcd-signer")).toEqual(other);
});

test("signers have no owner, also those that had one: they outlive the HostedControlPlane", async () => {
  const { kube, namespace } = await startedWithKeys();
  const hcp = await kube.get(HostedControlPlane, "demo", namespace);
  const owner = { apiVersion: "hypershift.openshift.io/v1beta1", kind: "HostedControlPlane", name: "demo" };
  await kube.patch(Secret, "root-ca", namespace, {
    metadata: { ownerReferences: [{ ...owner, uid: hcp?.metadata?.uid }] },
  });
  await waitFor(kube, Secret, "root-ca", ({ metadata }) => !metadata?.ownerReferences?.length, { namespace });
  const secrets = await kube.list(Secret, { namespace });
  const owned = secrets
    .filter(({ metadata }) => metadata?.ownerReferences?.length)
    .map(({ metadata }) => metadata?.name);
  for (const name of ["etcd-signer", "service-account-signing-key", "kubeadmin-password", "cluster-signer-ca"])
    expect(owned).not.toContain(name);
  expect(owned).toContain("kas-server-crt");
  const record = await kube.get(ConfigMap, "durable-record", namespace);
  expect(Object.keys(JSON.parse(record?.data?.signers ?? "{}"))).toContain("root-ca");
});

test("a HostedControlPlane that is made anew keeps its addresses, and the keys that Secrets are encrypted with", async () => {
  const key = (name: string, namespace: string): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    data: { key: Buffer.alloc(32, name).toString("base64") },
  });
  const encryptedBy = (name: string) => ({ type: "aescbc" as const, aescbc: { activeKey: { name } } });
  const { kube, namespace } = await start({ secretEncryption: encryptedBy("one") });
  await kube.create(key("one", namespace));
  await kube.create(key("two", namespace));
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  const { metadata } = await until(kube, namespace, "Available", "True");
  const names = ["kube-apiserver", "konnectivity-server", "ignition-server"];
  const uids = async () =>
    Promise.all(names.map(async (name) => (await kube.get(Service, name, namespace))?.metadata?.uid));
  const before = await uids();
  // As a former release made it.
  const owner = { apiVersion: HostedControlPlane.apiVersion, kind: HostedControlPlane.kind, name: "demo" };
  const { spec } = (await kube.get(Service, "ignition-server", namespace)) ?? {};
  await kube.apply<Service>(
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "ignition-server", namespace, ownerReferences: [{ ...owner, uid: metadata?.uid ?? "" }] },
      spec: { ports: spec?.ports, selector: spec?.selector },
    },
    { fieldManager: "control-plane-operator" },
  );
  const isFree = (service: Service) => !service.metadata?.ownerReferences?.length;
  await waitFor(kube, Service, "ignition-server", isFree, { namespace });
  await kube.delete(HostedControlPlane, "demo", namespace);
  await waitForGone(kube, HostedControlPlane, "demo", { namespace });
  await collectGarbage(kube, namespace, metadata?.uid);
  await kube.create<HostedControlPlane>({
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedControlPlane",
    metadata: { name: "demo", namespace },
    spec: aSpec({ secretEncryption: encryptedBy("two") }),
  });
  await waitFor(kube, Deployment, "kube-apiserver", ({ metadata }) => !metadata?.deletionTimestamp, { namespace });
  const file = textOf(await kube.get(Secret, "kube-apiserver-encryption", namespace), "encryption.json");
  const secretOf = (name: string) => Buffer.alloc(32, name).toString("base64");
  expect(presentKeys(file)?.keys.map(({ secret }) => secret)).toEqual(["two", "one"].map(secretOf));
  expect(await uids()).toEqual(before);
});

/** What the management cluster does with what had the owner, and finishes what was to orphan its pods. */
async function collectGarbage(kube: Kube, namespace: string, owner: string | undefined): Promise<void> {
  for (const kind of [Deployment, StatefulSet, Secret, ConfigMap, Service] as Kind[]) {
    for (const { metadata } of await kube.list(kind, { namespace })) {
      const name = metadata?.name ?? "";
      if (!metadata?.ownerReferences?.some(({ uid }) => uid === owner)) continue;
      if (metadata.finalizers?.length) await kube.patch(kind, name, namespace, { metadata: { finalizers: null } });
      await kube.delete(kind, name, namespace);
    }
  }
}

/** What the management cluster does with Deployments that are to go without their pods. */
async function orphanPods(kube: Kube, namespace: string): Promise<void> {
  for (const { metadata } of await kube.list(Deployment, { namespace })) {
    if (!metadata?.deletionTimestamp) continue;
    await kube.patch(Deployment, metadata.name ?? "", namespace, { metadata: { finalizers: null } });
  }
}

test("a HostedControlPlane that was restored before its Secrets waits for them", async () => {
  const { kube, namespace } = await sharedApiServer("restored");
  await kube.create<PersistentVolumeClaim>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data-etcd-0", namespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "8Gi" } } },
  });
  const { passes } = await run(kube, namespace);
  const hcp = await until(kube, namespace, "SigningKeysAvailable", "False");
  // Also in a look that finds what the first one wrote.
  await quiet(passes);
  expect(findCondition(hcp.status?.conditions, "Available")).toMatchObject({
    status: "False",
    reason: "SignerMissing",
    message: expect.stringContaining("kubectl apply"),
  });
  const names = (await kube.list(Secret, { namespace })).map(({ metadata }) => metadata?.name);
  expect(names.sort()).toEqual(["kubeadmin-password", "pull-secret"]);
});

test.each<[string, object]>([
  ["paused", { spec: { pausedUntil: "true" } }],
  ["invalid", { spec: { secretEncryption: aKeyService } }],
  ["without its pull secret", { spec: { pullSecret: { name: "nowhere" } } }],
])("certificates are renewed while a control plane is %s, and nothing else is written", async (_, change) => {
  const { kube, namespace } = await startedWithKeys();
  const signer = await secretData(kube, namespace, "root-ca");
  const scheduler = await kube.get(Deployment, "kube-scheduler", namespace);
  const before = await secretData(kube, namespace, "kas-server-crt");
  // What is there is valid for a year: too long now, which is renewed as what ends soon is.
  const annotations = { "hypershift.openshift.io/certificate-validity": "2h" };
  await kube.patch(HostedControlPlane, "demo", namespace, { ...change, metadata: { annotations } });
  const isRenewed = ({ data }: Secret) => data?.["tls.crt"] !== before?.["tls.crt"];
  const renewed = await waitFor(kube, Secret, "kas-server-crt", isRenewed, { namespace });
  expect(renewed.data?.["tls.key"]).toBe(before?.["tls.key"]);
  await waitFor(kube, Secret, "admin-kubeconfig", isRenewed, { namespace });
  expect(await secretData(kube, namespace, "root-ca")).toEqual(signer);
  const after = await kube.get(Deployment, "kube-scheduler", namespace);
  expect(after?.metadata?.generation).toBe(scheduler?.metadata?.generation);
});

test("an authority that ends soon makes way while a control plane is paused, and nothing else is written", async () => {
  const { kube, namespace } = await startedWithKeys();
  const name = "sre-system-admin-signer";
  await kube.patch(HostedControlPlane, "demo", namespace, { spec: { pausedUntil: "true" } });
  await until(kube, namespace, "ReconciliationActive", "False");
  const generations = async () =>
    (await kube.list(Deployment, { namespace })).map(({ metadata }) => [metadata?.name, metadata?.generation]);
  const before = await generations();
  const day = 86_400_000;
  const old = createAuthority(name, new Date(Date.now() - 350 * day), 365 * day);
  const recorded = async () => durableRecord(await kube.list(ConfigMap, { namespace })).signers ?? {};
  const signersThere = await recorded();
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const data = { "ca.crt": base64(old.certificate), "ca.key": base64(old.key) };
  // A pass in between finds another key than the recorded one, and leaves it and the record alone. The other way round
  // it would take what is not there from the record.
  await kube.patch(Secret, name, namespace, { data });
  await writeDurableRecord(kube, namespace, "signers", {
    ...signersThere,
    [name]: { fingerprints: [...(signersThere[name]?.fingerprints ?? []), fingerprintOf(old.certificate)] },
  });
  // Its successor is trusted for a quarter of this before it signs.
  const annotations = { "hypershift.openshift.io/certificate-validity": "1m" };
  await kube.patch(HostedControlPlane, "demo", namespace, { metadata: { annotations } });
  const isPrevious = (secret: Secret) => textOf(secret, "previous-ca.crt") === old.certificate;
  const present = await waitFor(kube, Secret, name, isPrevious, { namespace, timeoutMs: 120_000 });
  const successor = textOf(present, "ca.crt") ?? "";
  const trusted = (await kube.get(ConfigMap, "client-ca", namespace))?.data?.["ca.crt"];
  for (const certificate of [old.certificate, successor]) expect(trusted).toContain(certificate);
  expect((await recorded())[name]?.fingerprints).toContain(fingerprintOf(successor));
  expect(Object.keys(await recorded())).toEqual(Object.keys(signersThere));
  expect(await generations()).toEqual(before);
}, 180_000);

const shortLife = {
  "hypershift.openshift.io/certificate-validity": "1m",
  "hypershift.openshift.io/certificate-renewal": "0.4",
};

const podOf = (name: string, namespace: string): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `${name}-0`, namespace, labels: { app: name } },
  spec: { automountServiceAccountToken: false, containers: [{ name: "a", image: "a" }] },
});

test("while paused, programs that read certificates once are started anew for newer ones after a while, as they are", async () => {
  const { kube, namespace } = await startedWithKeys();
  const hash = "component.hypershift.openshift.io/config-hash";
  const templates = async () =>
    Object.fromEntries((await kube.list(Deployment, { namespace })).map((each) => [each.metadata?.name, each.spec]));
  for (const name of ["kube-apiserver", "kube-scheduler"]) await kube.create<Pod>(podOf(name, namespace));
  const before = await templates();
  const annotations = shortLife;
  await kube.patch(HostedControlPlane, "demo", namespace, { spec: { pausedUntil: "true" }, metadata: { annotations } });
  const template = (spec: Deployment["spec"]) => spec?.template.metadata?.annotations ?? {};
  const isOther = ({ spec }: Deployment) => template(spec)[hash] !== template(before["kube-apiserver"])[hash];
  const { spec } = await waitFor(kube, Deployment, "kube-apiserver", isOther, { namespace, timeoutMs: 60_000 });
  const annotated = { ...template(before["kube-apiserver"]), [hash]: template(spec)[hash] };
  const { template: former } = before["kube-apiserver"] ?? {};
  expect(spec).toEqual({
    ...before["kube-apiserver"],
    template: { ...former, metadata: { ...former?.metadata, annotations: annotated } },
  });
  // It follows its files.
  expect((await templates())["kube-scheduler"]).toEqual(before["kube-scheduler"]);
}, 180_000);

test("without its release no successor signs before programs that read once are started anew, and they are", async () => {
  const broken: NonNullable<World["release"]> = {};
  const { kube, namespace } = await startedWithKeys({ release: broken });
  await kube.create<Pod>(podOf("kube-apiserver", namespace));
  const before = await kube.get(Deployment, "kube-apiserver", namespace);
  const name = "konnectivity-signer";
  const signing = textOf(await kube.get(Secret, name, namespace), "ca.crt");
  const former = await secretData(kube, namespace, "konnectivity-server");
  broken.error = new RegistryError("ImageNotFound", "The release is gone");
  const live = (annotations: Record<string, string>) =>
    kube.patch(HostedControlPlane, "demo", namespace, { metadata: { annotations } });
  // What is there is valid for longer, and signed again.
  await live({ "hypershift.openshift.io/certificate-validity": "2h" });
  const isRenewed = ({ data }: Secret) => data?.["tls.crt"] !== former?.["tls.crt"];
  await waitFor(kube, Secret, "konnectivity-server", isRenewed, { namespace });
  // For long enough as far as time goes.
  const next = createAuthority(name, new Date(Date.now() - 20 * 60_000));
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const data = { "next-ca.crt": base64(next.certificate), "next-ca.key": base64(next.key) };
  await kube.patch(Secret, name, namespace, { data });
  const isRecorded = (map: ConfigMap) =>
    durableRecord([map]).signers?.[name]?.fingerprints.includes(fingerprintOf(next.certificate)) ?? false;
  await waitFor(kube, ConfigMap, "durable-record", isRecorded, { namespace });
  await live(shortLife);
  const hash = (each?: Deployment) =>
    each?.spec?.template.metadata?.annotations?.["component.hypershift.openshift.io/config-hash"];
  const isOther = (each: Deployment) => hash(each) !== hash(before);
  await waitFor(kube, Deployment, "kube-apiserver", isOther, { namespace, timeoutMs: 120_000 });
  expect(textOf(await kube.get(Secret, name, namespace), "ca.crt")).toBe(signing);
}, 180_000);

test("credentials that former releases made and nothing reads are taken away, and the user's of that name are not", async () => {
  const { kube, namespace } = await sharedApiServer("retired");
  const labels = { "hypershift.openshift.io/control-plane-keys": "true" };
  const secret = (name: string, more: object): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, ...more },
  });
  await kube.create(secret("localhost-kubeconfig", { labels }));
  await kube.create(secret("service-network-admin-kubeconfig", {}));
  await run(kube, namespace);
  await waitForGone(kube, Secret, "localhost-kubeconfig", { namespace });
  expect(await kube.get(Secret, "service-network-admin-kubeconfig", namespace)).toBeDefined();
});

test("while paused, members of etcd come together again: somebody may be putting it back", async () => {
  const { kube, namespace } = await start();
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  await until(kube, namespace, "Available", "True");
  await kube.patch(HostedControlPlane, "demo", namespace, { spec: { pausedUntil: "true" } });
  await until(kube, namespace, "ReconciliationActive", "False");
  // As one that was empty and has what the others have now.
  await kube.patch(ConfigMap, "etcd-members", namespace, { data: { "etcd-0": "existing etcd-0=https://etcd-0:2380" } });
  await waitFor(kube, ConfigMap, "etcd-members", ({ data }) => data?.["etcd-0"] === "hold", { namespace });
});

test("while paused nothing is made, and it is said", async () => {
  const { kube, namespace } = await start({ pausedUntil: "true" });
  const hcp = await until(kube, namespace, "ReconciliationActive", "False");
  expect(findCondition(hcp.status?.conditions, "ReconciliationActive")?.reason).toBe("ReconciliationPaused");
  expect(await kube.list(Service, { namespace })).toEqual([]);
});

/** Until no pass has run for a moment. */
async function quiet(passes: string[]): Promise<void> {
  let seen = -1;
  const isQuiet = () => {
    const before = seen;
    seen = passes.length;
    return before === seen;
  };
  await expect.poll(isQuiet, { interval: 500, timeout: 30_000 }).toBe(true);
}

const claim: PersistentVolumeClaim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data-etcd-0" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "8Gi" } } },
};

test("a control plane that never had an etcd is told to begin one, writes it down, and takes the order back", async () => {
  const { kube, namespace } = await start({}, {}, { observed: {} });
  const orders = await waitFor(kube, ConfigMap, "etcd-members", () => true, { namespace });
  expect(orders.data?.["etcd-0"]).toBe(`new etcd-0=https://etcd-0.etcd-discovery.${namespace}.svc:2380`);
  const healthy = await start();
  const { namespace: other } = healthy;
  await waitFor(kube, ConfigMap, "etcd-members", ({ data }) => data?.["etcd-0"] === "hold", { namespace: other });
  const record = await waitFor(kube, ConfigMap, "durable-record", ({ data }) => data?.etcd !== undefined, {
    namespace: other,
  });
  expect(JSON.parse(record.data?.etcd ?? "")).toEqual({ clusterID: "c1", members: { "etcd-0": { id: "1a" } } });
});

test("nothing is kept in an etcd that is not on record: no node waits for it, nothing is written into the cluster", async () => {
  const etcd: World["etcd"] = { toActOn: undefined };
  const { kube, namespace, guests } = await start({}, {}, { etcd });
  await giveAddresses(kube, namespace);
  await makeReady(kube, namespace, StatefulSet, "etcd");
  await makeReady(kube, namespace, Deployment, "kube-apiserver");
  const { status } = await until(kube, namespace, "KubeAPIServerAvailable", "True");
  expect(findCondition(status?.conditions, "Available")?.status).toBe("False");
  expect([status?.initialized, guests.length]).toEqual([false, 0]);
  Object.assign(etcd, { toActOn: healthyObservation(["etcd-0"]) });
  await kube.patch(HostedControlPlane, "demo", namespace, { metadata: { labels: { look: "again" } } });
  await waitFor(kube, HostedControlPlane, "demo", (hcp) => hcp.status?.initialized === true, { namespace });
  await expect.poll(() => guests.length).toBeGreaterThan(0);
  expect(durableRecord(await kube.list(ConfigMap, { namespace })).etcd?.clusterID).toBe("c1");
});

test("how far etcd has come is put on record", async () => {
  const { kube, namespace } = await start({}, {}, { etcd: { revisionToKeep: () => 4711 } });
  const isKept = ({ data }: ConfigMap) => data?.etcdRevision !== undefined;
  const record = await waitFor(kube, ConfigMap, "durable-record", isKept, { namespace });
  const { etcd, etcdRevision } = durableRecord([record]);
  expect(etcdRevision).toEqual({ highest: 4711, at: expect.stringMatching(/^20.*Z$/) });
  expect(etcd?.clusterID).toBe("c1");
});

test.each<[string, (kube: Kube, namespace: string) => Promise<unknown>]>([
  ["a volume", (kube, namespace) => kube.create({ ...claim, metadata: { ...claim.metadata, namespace } })],
  ["a record", (kube, namespace) => writeDurableRecord(kube, namespace, "etcd", { clusterID: "c1", members: {} })],
])("where %s tells of an etcd before, none is begun", async (_, before) => {
  const { kube, namespace } = await start({}, {}, { observed: {}, before });
  const orders = await waitFor(kube, ConfigMap, "etcd-members", () => true, { namespace });
  expect(orders.data).toEqual({ "etcd-0": "hold" });
});

test("a control plane whose etcd is not the one on record is never available", async () => {
  const record = { clusterID: "c0ffee", members: { "etcd-0": { id: "1a" } } };
  const { kube, namespace } = await start(
    {},
    {},
    { before: (kube, namespace) => writeDurableRecord(kube, namespace, "etcd", record) },
  );
  await giveAddresses(kube, namespace);
  await makeReady(kube, namespace, StatefulSet, "etcd");
  await makeReady(kube, namespace, Deployment, "kube-apiserver");
  const hcp = await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    ({ status }) => findCondition(status?.conditions, "EtcdAvailable")?.reason === "EtcdForeignCluster",
    { namespace },
  );
  expect(findCondition(hcp.status?.conditions, "EtcdAvailable")?.status).toBe("False");
  expect(findCondition(hcp.status?.conditions, "EtcdDataCorrupt")?.status).toBe("True");
  expect(findCondition(hcp.status?.conditions, "Available")?.status).toBe("False");
  expect(durableRecord(await kube.list(ConfigMap, { namespace })).etcd).toEqual(record);
});

test("with the registry away a control plane is made of the release as it was read before, and says so", async () => {
  const unasked = "The registry registry.example.com cannot be reached";
  const { kube, namespace } = await start({}, {}, { unasked });
  const statefulSet = await waitFor(kube, StatefulSet, "etcd", () => true, { namespace });
  expect(statefulSet.spec?.template.spec?.containers[0]?.image).toBe(aRelease.image("etcd"));
  const hcp = await until(kube, namespace, "ValidReleaseInfo", "True");
  expect(findCondition(hcp.status?.conditions, "ValidReleaseInfo")).toMatchObject({
    reason: "CachedRelease",
    message: expect.stringContaining(unasked),
  });
});

test("a recovery stops all of a control plane, then lets etcd run alone, then all again, and is told when it is so", async () => {
  const { kube, namespace } = await start();
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  await until(kube, namespace, "Available", "True");
  const wanted = (mode: string | null) =>
    kube.patch(HostedControlPlane, "demo", namespace, {
      metadata: { annotations: { [wantedRecoveryAnnotation]: mode && JSON.stringify({ id: "r1", mode }) } },
    });
  const answered = (mode: string | undefined) =>
    waitFor(kube, HostedControlPlane, "demo", ({ status }) => status?.recovery?.mode === mode, { namespace });
  const replicas = async () => {
    const workloads = [
      ...(await kube.list(StatefulSet, { namespace })),
      ...(await kube.list(Deployment, { namespace })),
    ];
    return Object.fromEntries(workloads.map(({ metadata, spec }) => [metadata?.name, spec?.replicas]));
  };
  const writer: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "kube-apiserver-0",
      namespace,
      labels: { "hypershift.openshift.io/control-plane-component": "kube-apiserver" },
    },
    spec: { nodeName: "a-node", automountServiceAccountToken: false, containers: [{ name: "a", image: "a" }] },
  };
  await kube.create<Pod>(writer);
  await wanted("Stopped");
  const isWaiting = ({ status }: HostedControlPlane) => /^These pods/.test(status?.recovery?.message ?? "");
  const waiting = await waitFor(kube, HostedControlPlane, "demo", isWaiting, { namespace });
  // A pod that still ends may still write.
  expect(waiting.status?.recovery).toEqual({ id: "r1", message: "These pods are still there: kube-apiserver-0" });
  const ending = await kube.get(Pod, "kube-apiserver-0", namespace);
  expect(ending?.metadata).toMatchObject({ deletionGracePeriodSeconds: 1 });
  await orphanPods(kube, namespace);
  await kube.delete(Pod, "kube-apiserver-0", namespace, { gracePeriodSeconds: 0 });
  const stopped = await answered("Stopped");
  expect(stopped.status?.recovery).toEqual({ id: "r1", mode: "Stopped" });
  expect(findCondition(stopped.status?.conditions, "Available")).toMatchObject({
    status: "False",
    reason: "RestoreInProgress",
  });
  await expect.poll(async () => Object.values(await replicas()), { timeout: 30_000 }).toEqual([0, 0, 0, 0, 0]);
  await wanted("EtcdOnly");
  await waitFor(kube, StatefulSet, "etcd", ({ spec }) => spec?.replicas === 1, { namespace });
  await makeReady(kube, namespace, StatefulSet, "etcd");
  await answered("EtcdOnly");
  expect(await replicas()).toMatchObject({ etcd: 1, "kube-apiserver": 0, "kube-scheduler": 0 });
  await wanted("Running");
  for (const name of ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "ignition-server"]) {
    await waitFor(kube, Deployment, name, ({ spec }) => spec?.replicas === 1, { namespace });
    await makeReady(kube, namespace, Deployment, name);
  }
  await answered("Running");
  const pause = (pausedUntil: string | null) =>
    kube.patch(HostedControlPlane, "demo", namespace, { spec: { pausedUntil } });
  await pause("true");
  await waitFor(kube, HostedControlPlane, "demo", ({ status }) => /is paused/.test(status?.recovery?.message ?? ""), {
    namespace,
  });
  await wanted(null);
  await waitFor(kube, HostedControlPlane, "demo", ({ status }) => status?.recovery === undefined, { namespace });
  await pause(null);
  const over = await until(kube, namespace, "Available", "True");
  await waitFor(kube, HostedControlPlane, "demo", ({ status }) => status?.recovery === undefined, { namespace });
  expect(over.status?.initialized).toBe(true);
}, 120_000);

test("etcd is told to restore only once nothing of it runs, and what it is then is put on record", async () => {
  const [before, after] = [100, 5_000_000_100].map((revision) => {
    const [member] = Object.values(healthyObservation(["etcd-0"])) as Answering[];
    return { "etcd-0": { ...(member as Answering), revision } };
  }) as unknown as [Observation, Observation];
  const etcd: Partial<Options["etcd"]> = {};
  const { kube, namespace } = await start({}, {}, { observed: before, etcd });
  await giveAddresses(kube, namespace);
  await makeAllReady(kube, namespace);
  await until(kube, namespace, "Available", "True");
  const wanted = (asked: object) =>
    kube.patch(HostedControlPlane, "demo", namespace, {
      metadata: { annotations: { [wantedRecoveryAnnotation]: JSON.stringify({ id: "r1", ...asked }) } },
    });
  const orders = async () => (await kube.get(ConfigMap, "etcd-members", namespace))?.data?.["etcd-0"];
  const answered = (mode: string, data?: string) =>
    waitFor(
      kube,
      HostedControlPlane,
      "demo",
      ({ status }) => status?.recovery?.mode === mode && status.recovery.etcd === data,
      { namespace },
    );
  /** It is told to run after it was told what to do. */
  const startEtcd = async () => {
    await waitFor(kube, StatefulSet, "etcd", ({ spec }) => spec?.replicas === 1, { namespace });
    await makeReady(kube, namespace, StatefulSet, "etcd");
  };
  const member: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "etcd-0", namespace, labels: { "hypershift.openshift.io/control-plane-component": "etcd" } },
    spec: { automountServiceAccountToken: false, containers: [{ name: "a", image: "a" }] },
  };
  await kube.create<Pod>(member);
  await wanted({ mode: "EtcdOnly", restore: { revision: 5_000_000_000 } });
  // Also a member that is up beside the order would go on with what it has.
  await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    ({ status }) =>
      findCondition(status?.conditions, "ReconciliationSucceeded")?.message.includes("still run") ?? false,
    { namespace },
  );
  expect(await orders()).toBe("hold");
  await kube.delete(Pod, "etcd-0", namespace, { gracePeriodSeconds: 0 });
  await expect.poll(orders, { timeout: 30_000 }).toMatch(/^restore r1 etcd-0=https:/);
  await startEtcd();
  const waiting = await kube.get(HostedControlPlane, "demo", namespace);
  expect(waiting?.status?.recovery?.etcd).toBeUndefined();
  Object.assign(etcd, { latest: after, toActOn: after });
  await answered("EtcdOnly", "Restored");
  expect(await orders()).toBe("hold");
  await wanted({ mode: "Stopped" });
  await answered("Stopped", "Restored");
  await wanted({ mode: "EtcdOnly", putBack: { below: 5_000_000_000 } });
  await expect.poll(orders, { timeout: 30_000 }).toBe("put-back r1");
  await startEtcd();
  Object.assign(etcd, { latest: before, toActOn: before });
  await answered("EtcdOnly", "PutBack");
  expect(await orders()).toBe("hold");
}, 180_000);
