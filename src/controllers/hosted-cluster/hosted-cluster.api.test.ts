import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { Backup } from "../../api/backup.ts";
import { Cluster } from "../../api/cluster-api.ts";
import { heldAnnotation } from "../../api/held.ts";
import { hostConsent } from "../../api/host-consent.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { NodePool } from "../../api/node-pool.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { operatorPermissions } from "../../api/permissions.ts";
import { Restore } from "../../api/restore.ts";
import { restoreWhenLostAnnotation } from "../../api/restore-when-lost.ts";
import { files, words } from "../../cli/testing/create-lines.ts";
import { runCommand } from "../../cli/testing/run-command.ts";
import { publishedLabel } from "../../control-plane/certificates.ts";
import { findCondition } from "../../kube/conditions.ts";
import { isBeingDeleted } from "../../kube/finalizer.ts";
import {
  ConfigMap,
  Deployment,
  Namespace,
  PersistentVolumeClaim,
  Pod,
  RoleBinding,
  Secret,
  type Service,
} from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { RegistryError } from "../../release/registry-error.ts";
import { release } from "../../release/release.ts";
import { fieldsOfOthers } from "../../testing/fields-of-others.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { type KStatus, kstatus } from "../../testing/kstatus.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { type NetworkPolicyOptions, networkPolicyController } from "../network-policy/controller.ts";
import type { NetworksAnswer } from "../network-policy/management-networks.ts";
import { hostNamesAnnotation } from "./host-names.ts";
import { hostedClusterController } from "./hosted-cluster-controller.ts";
import { referencedLabel } from "./mark-references.ts";
import type { Options } from "./options.ts";

const running: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const { kube } = await sharedApiServer();
  await installCrds(kube, { clusterApi: true });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

const known = async (): Promise<NetworksAnswer> => ({ networks: { api: [], pods: [], others: [], apart: [] } });

/** The controller with the rights that it is installed with, a namespace of its own, and ways to make clusters in it. */
async function start(
  { managementNetworks = known, ...options }: Partial<Options & NetworkPolicyOptions> = {},
  now = () => new Date(),
) {
  const { kube, kubeconfig, namespace } = await sharedApiServer("hc");
  const requests: string[] = [];
  const own = await kubeWithRights({
    kube,
    kubeconfig,
    name: "operator",
    rules: operatorPermissions,
    onRequest: ({ verb, resource }) => verb !== "watch" && requests.push(`${verb} ${resource}`),
  });
  const stop = new AbortController();
  const passes: string[] = [];
  const controller = hostedClusterController({
    operatorNamespace: "hypershift",
    supportedVersions: ["1.34"],
    allowedReleases: ["registry.example.com"],
    allowedOverrides: [],
    trustBundle: "the operator's authorities",
    async readRelease({ image }) {
      if (image.includes("unknown")) throw new RegistryError("ImageNotFound", `The image ${image} is not there`);
      const version = image.split(":").at(-1) ?? "";
      return release(image, "sha256:1", {
        version,
        previous: [],
        metadata: {},
        images: { roost: "example.com/roost@sha256:2" },
      });
    },
    ...options,
  });
  // Without it nothing starts.
  const fence = networkPolicyController({ managementNetworks, operatorNamespace: "hypershift" });
  const ended = runControllers([controller, fence], {
    kube: own,
    log: noLog,
    now,
    signal: stop.signal,
    onPass: ({ key, result }) => key.startsWith(`${namespace}/`) && passes.push(result),
  });
  running.push(async () => {
    stop.abort();
    await ended;
    own.close();
  });
  return { kube, namespace, passes, requests };
}

function aCluster(namespace: string, name = "demo", spec: object = {}, annotations = {}): HostedCluster {
  const strategy = { type: "NodePort", nodePort: { address: "192.0.2.1" } };
  return {
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedCluster",
    metadata: { name, namespace, annotations },
    spec: {
      platform: { type: "None" },
      release: { image: "registry.example.com/roost/release:1.34.4" },
      pullSecret: { name: "pull" },
      services: ["APIServer", "OAuthServer", "Konnectivity", "Ignition"].map((service) => ({
        service,
        servicePublishingStrategy: strategy,
      })),
      ...spec,
    },
  } as HostedCluster;
}

const pullSecret = (namespace: string): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "pull", namespace },
  type: "kubernetes.io/dockerconfigjson",
  data: { ".dockerconfigjson": Buffer.from(`{"auths":{}}`).toString("base64") },
});

const says =
  (type: string, status: string, part = "") =>
  (cluster: HostedCluster) => {
    const condition = findCondition(cluster.status?.conditions, type);
    return condition?.status === status && condition.message.includes(part);
  };

async function expectCondition(kube: Kube, namespace: string, type: string, status: string, part = "", name = "demo") {
  await waitFor(kube, HostedCluster, name, says(type, status, part), {
    namespace,
    what: `say ${type}=${status} ${part}`,
  });
}

/** The HostedControlPlane once its fence is said to stand, by another controller: from then on nobody here writes to it. */
const fenced = (kube: Kube, name: string, namespace: string) =>
  waitFor(
    kube,
    HostedControlPlane,
    name,
    ({ status }) => findCondition(status?.conditions, "NetworkPoliciesApplied")?.status === "True",
    { namespace, what: "be fenced" },
  );

/** A namespace is only gone when somebody empties it; here no controller-manager does. */
async function finalize(kube: Kube, name: string): Promise<void> {
  const namespace = await kube.get(Namespace, name);
  if (!namespace) return;
  const body = { ...namespace, spec: { finalizers: [] } };
  await kube.request("PUT", `/api/v1/namespaces/${name}/finalize`, { body });
}

test("a HostedCluster gets its namespace, control plane and operator in one go", async () => {
  const { kube, namespace } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  const plane = await waitFor(kube, HostedControlPlane, "demo", () => true, {
    namespace: `${namespace}-demo`,
    what: "be there",
  });
  expect(plane.spec).toMatchObject({
    pullSecret: { name: "pull-secret" },
    releaseImage: "registry.example.com/roost/release:1.34.4",
  });
  expect(plane.metadata?.annotations?.[ownerAnnotation]).toBe(`${namespace}/demo`);
  const operator = await waitFor(kube, Deployment, "control-plane-operator", () => true, {
    namespace: `${namespace}-demo`,
    what: "be there",
  });
  expect(operator.spec?.template.spec?.containers[0]).toMatchObject({
    image: "example.com/roost@sha256:2",
    args: ["control-plane-operator", "--namespace", `${namespace}-demo`, "--name", "demo", "--health-port=8081"],
    livenessProbe: { httpGet: { path: "/healthz", port: 8081 } },
    readinessProbe: { httpGet: { path: "/readyz", port: 8081 } },
  });
  await expectCondition(kube, namespace, "ValidConfiguration", "True");
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "True");
  await expectCondition(kube, namespace, "Available", "False", "control-plane-operator");
  const [binding, copy, cluster] = await Promise.all([
    kube.get(RoleBinding, "control-plane-operator", `${namespace}-demo`),
    kube.get(Secret, "pull-secret", `${namespace}-demo`),
    kube.get(HostedCluster, "demo", namespace),
  ]);
  expect(binding?.roleRef.kind).toBe("Role");
  expect(copy?.data).toEqual(pullSecret(namespace).data);
  expect(cluster?.spec).toMatchObject({
    infraID: expect.stringMatching(/^demo-/),
    clusterID: expect.stringMatching(/-/),
  });
  expect(cluster?.status?.version?.history?.[0]).toMatchObject({ state: "Partial", version: "1.34.4" });
});

test("nothing of a control plane starts for the first time before its fence stands, and the cluster says why", async () => {
  const problem = "The networks of the management cluster cannot be read";
  let answer: NetworksAnswer = { problem };
  const { kube, namespace } = await start({ managementNetworks: async () => answer });
  const inside = `${namespace}-demo`;
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  await expectCondition(kube, namespace, "NetworkPoliciesApplied", "False", problem);
  await expectCondition(kube, namespace, "Available", "False", `does not start: ${problem}`);
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "False", problem);
  expect(await kube.list(Deployment, { namespace: inside })).toEqual([]);
  const again = (text: string) =>
    kube.patch(HostedControlPlane, "demo", inside, { metadata: { annotations: { "example.com/look": text } } });
  answer = await known();
  await again("now");
  const options = { namespace: inside, what: "be there" };
  const { metadata } = await waitFor(kube, Deployment, "control-plane-operator", () => true, options);
  await expectCondition(kube, namespace, "NetworkPoliciesApplied", "True");
  // What has started once goes on, and moves on, as it is.
  answer = { problem };
  await again("later");
  await expectCondition(kube, namespace, "NetworkPoliciesApplied", "False", problem);
  await kube.patch(HostedCluster, "demo", namespace, { spec: { nodeSelector: { kind: "control" } } });
  const moved = ({ spec }: Deployment) => spec?.template.spec?.nodeSelector?.kind === "control";
  const after = await waitFor(kube, Deployment, "control-plane-operator", moved, { namespace: inside });
  expect(after.metadata?.uid).toBe(metadata?.uid);
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "True");
});

test("what the control plane reports reaches the HostedCluster, with its kubeconfig", async () => {
  const { kube, namespace } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  const inside = `${namespace}-demo`;
  await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: inside, what: "be there" });
  await kube.create<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "admin-kubeconfig", namespace: inside, labels: publishedLabel },
    data: { kubeconfig: Buffer.from("a kubeconfig").toString("base64") },
  });
  const condition = {
    type: "Available",
    status: "True",
    reason: "AsExpected",
    message: "The hosted control plane is available",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };
  const status = {
    ready: true,
    initialized: true,
    kubeConfig: { name: "admin-kubeconfig", key: "kubeconfig" },
    controlPlaneEndpoint: { host: "192.0.2.1", port: 30001 },
    conditions: [condition, { ...condition, type: "EtcdAvailable", reason: "QuorumAvailable", message: "3 of 3" }],
  };
  await kube.patch(HostedControlPlane, "demo", inside, { status }, { subresource: "status" });
  await expectCondition(kube, namespace, "Available", "True", "The hosted control plane is available");
  await expectCondition(kube, namespace, "EtcdAvailable", "True", "3 of 3");
  const cluster = await kube.get(HostedCluster, "demo", namespace);
  expect(cluster?.status).toMatchObject({
    kubeconfig: { name: "demo-admin-kubeconfig" },
    controlPlaneEndpoint: { host: "192.0.2.1", port: 30001 },
  });
  const copy = await kube.get(Secret, "demo-admin-kubeconfig", namespace);
  expect(copy?.metadata?.ownerReferences?.[0]).toMatchObject({ kind: "HostedCluster", name: "demo" });
  const renewed = Buffer.from("renewed").toString("base64");
  await kube.patch(Secret, "admin-kubeconfig", inside, { data: { kubeconfig: renewed } });
  await waitFor(kube, Secret, "demo-admin-kubeconfig", ({ data }) => data?.kubeconfig === renewed, { namespace });
});

test("what a control plane reports costs the operator one write of status, and no read", async () => {
  const { kube, namespace, requests } = await start();
  const inside = `${namespace}-demo`;
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  const operator = await waitFor(kube, Deployment, "control-plane-operator", () => true, { namespace: inside });
  // As the control-plane-operator makes the rest.
  const labels = { "hypershift.openshift.io/control-plane-component": "ignition-server" };
  const metadata = { name: "ignition-server", namespace: inside, labels };
  await kube.create({ ...operator, metadata });
  await kube.create<Service>({ apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 443 }] } });
  const credentials = { name: "admin-kubeconfig", namespace: inside, labels: publishedLabel };
  await kube.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata: credentials, data: { kubeconfig: "YQ==" } });
  let reports = 0;
  const requestsOfOneReport = async () => {
    const before = requests.length;
    const plane = await kube.get(HostedControlPlane, "demo", inside);
    const others = plane?.status?.conditions?.filter((each) => each.type !== "EtcdAvailable") ?? [];
    const message = `report ${++reports}`;
    const lastTransitionTime = "2026-01-01T00:00:00Z";
    const condition = { type: "EtcdAvailable", status: "True", reason: "AsExpected", message, lastTransitionTime };
    const status = { kubeConfig: { name: "admin-kubeconfig", key: "kubeconfig" }, conditions: [...others, condition] };
    await kube.patch(HostedControlPlane, "demo", inside, { status }, { subresource: "status" });
    await expectCondition(kube, namespace, "EtcdAvailable", "True", message);
    return requests.slice(before);
  };
  // The first reports are the beginning of other things.
  await expect.poll(requestsOfOneReport, { timeout: 45_000 }).toEqual(["patch hostedclusters/status"]);
});

/** A cluster whose control plane says that it is available, and holds on to its HostedControlPlane. */
async function makeAvailable(kube: Kube, namespace: string): Promise<void> {
  const inside = `${namespace}-demo`;
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: inside, what: "be there" });
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers: ["example.com/operator"] } });
  const message = "The hosted control plane is available";
  const lastTransitionTime = "2026-01-01T00:00:00Z";
  const condition = { type: "Available", status: "True", reason: "AsExpected", message, lastTransitionTime };
  const status = { ready: true, initialized: true, conditions: [condition] };
  await kube.patch(HostedControlPlane, "demo", inside, { status }, { subresource: "status" });
  await expectCondition(kube, namespace, "Available", "True", message);
}

test("a cluster that runs and is paused, or misses what its changes need, says so in Available", async () => {
  const { kube, namespace } = await start();
  await makeAvailable(kube, namespace);
  await kube.delete(Secret, "pull", namespace);
  await expectCondition(kube, namespace, "Available", "True", "changes are not carried out: the pull secret pull");
  const again = pullSecret(namespace);
  // With its mark it is noticed at once, and not at the next look.
  await kube.create({ ...again, metadata: { ...again.metadata, labels: { [referencedLabel]: "true" } } });
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "True");
  await kube.patch(HostedCluster, "demo", namespace, { spec: { pausedUntil: "true" } });
  await expectCondition(kube, namespace, "Available", "True", "Reconciliation paused until field removed");
  await kube.patch(HostedCluster, "demo", namespace, { spec: { pausedUntil: null } });
  const message = "The hosted control plane is available";
  const isPlain = (cluster: HostedCluster) =>
    findCondition(cluster.status?.conditions, "Available")?.message === message;
  await waitFor(kube, HostedCluster, "demo", isPlain, { namespace, what: "say no more than that" });
});

test("where nothing is left of etcd's data, the newest good backup is restored, and only where the cluster says so", async () => {
  const { kube, namespace } = await start();
  const inside = `${namespace}-demo`;
  await makeAvailable(kube, namespace);
  const uid = (await kube.get(HostedCluster, "demo", namespace))?.metadata?.uid ?? "";
  const { apiVersion, kind } = Backup;
  for (const [name, completedAt] of Object.entries({ old: "2026-01-01T00:00:00Z", new: "2026-01-02T00:00:00Z" })) {
    const spec = { clusterName: "demo", locationName: "l" };
    await kube.create<Backup>({ apiVersion, kind, metadata: { name, namespace }, spec });
    const succeeded = { type: "Succeeded", status: "True" as const, reason: "AsExpected", message: "" };
    const conditions = [{ ...succeeded, lastTransitionTime: completedAt }];
    const status = { completedAt, clusterUID: uid, conditions };
    await kube.patch(Backup, name, namespace, { status }, { subresource: "status" });
  }
  const report = async (status: "True" | "False", reason: string) => {
    const lastTransitionTime = "2026-01-03T00:00:00Z";
    const etcd = { type: "EtcdAvailable", status, reason, message: reason, lastTransitionTime };
    const others = (await kube.get(HostedControlPlane, "demo", inside))?.status?.conditions ?? [];
    const conditions = [...others.filter(({ type }) => type !== "EtcdAvailable"), etcd];
    await kube.patch(HostedControlPlane, "demo", inside, { status: { conditions } }, { subresource: "status" });
    await expectCondition(kube, namespace, "EtcdAvailable", status, reason);
  };
  const consent = (text: string | null) =>
    kube.patch(HostedCluster, "demo", namespace, { metadata: { annotations: { [restoreWhenLostAnnotation]: text } } });
  const restores = () => kube.list(Restore, { namespace });
  const runs = (availableReplicas: number) => {
    const status = { replicas: 1, readyReplicas: availableReplicas, availableReplicas };
    return kube.patch(Deployment, "control-plane-operator", inside, { status }, { subresource: "status" });
  };

  await report("False", "EtcdVolumeLost");
  await expectCondition(kube, namespace, "EtcdDataLost", "True", "--name demo -n ");
  const says = findCondition((await kube.get(HostedCluster, "demo", namespace))?.status?.conditions, "EtcdDataLost");
  expect(says?.message).toContain(`hcp restore cluster --name demo -n ${namespace} --from new --wait`);
  expect(await restores()).toEqual([]);
  // Nobody is there who would say that it is not lost any more.
  await runs(0);
  await consent("true");
  await kube.patch(HostedCluster, "demo", namespace, { spec: { nodeSelector: { kind: "control" } } });
  const moved = ({ spec }: HostedControlPlane) => spec.nodeSelector?.kind === "control";
  await waitFor(kube, HostedControlPlane, "demo", moved, { namespace: inside });
  expect(await restores()).toEqual([]);
  await runs(1);
  await expectCondition(kube, namespace, "EtcdDataLost", "True", "puts back what a backup holds");
  const [made, ...more] = await restores();
  expect(more).toEqual([]);
  expect(made?.spec).toEqual({ clusterName: "demo", from: { backupName: "new" } });

  // It fails: it is said, and not tried again by itself.
  const name = made?.metadata?.name ?? "";
  const at = new Date().toISOString();
  const failed = {
    type: "Succeeded",
    status: "False",
    reason: "RestoreFailed",
    message: "no room",
    lastTransitionTime: at,
  };
  const ended = { status: { completedAt: at, conditions: [failed] } };
  await kube.patch(Restore, name, namespace, ended, { subresource: "status" });
  await expectCondition(kube, namespace, "EtcdDataLost", "True", "failed: no room; run hcp restore cluster");
  expect(await restores()).toHaveLength(1);
  // Whoever deletes it does not want another one.
  await kube.delete(Restore, name, namespace);
  await expectCondition(kube, namespace, "EtcdDataLost", "True", "data: run hcp restore cluster");
  await kube.patch(HostedCluster, "demo", namespace, { spec: { nodeSelector: { kind: "again" } } });
  const movedAgain = ({ spec }: HostedControlPlane) => spec.nodeSelector?.kind === "again";
  await waitFor(kube, HostedControlPlane, "demo", movedAgain, { namespace: inside });
  expect(await restores()).toEqual([]);
  await report("True", "QuorumAvailable");
  const isOver = ({ status }: HostedCluster) => findCondition(status?.conditions, "EtcdDataLost") === undefined;
  await waitFor(kube, HostedCluster, "demo", isOver, { namespace, what: "say no more of a loss" });
});

test("a cluster whose control plane's namespace somebody deletes is not available", async () => {
  const { kube, namespace } = await start();
  await makeAvailable(kube, namespace);
  await kube.delete(Namespace, `${namespace}-demo`);
  // As the namespace controller of a management cluster does, which ends the control-plane-operator as well.
  await kube.delete(HostedControlPlane, "demo", `${namespace}-demo`);
  await expectCondition(kube, namespace, "Available", "False", "The HostedControlPlane is being deleted");
});

test("a control plane's namespace that somebody deletes is not made anew, nor is anything in it before its record is restored", async () => {
  const { kube, namespace } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  const plane = await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: `${namespace}-demo` });
  const image = plane.spec.releaseImage;
  const history = [
    { state: "Completed", image, version: "1.34.4", startedTime: "2026-01-01T00:00:00Z", verified: false },
  ];
  const versionStatus = { desired: { image, version: "1.34.4" }, history, observedGeneration: 1 };
  await kube.patch(
    HostedControlPlane,
    "demo",
    `${namespace}-demo`,
    { status: { ready: true, initialized: true, versionStatus } },
    { subresource: "status" },
  );
  await waitFor(kube, HostedCluster, "demo", ({ status }) => status?.version?.history?.[0]?.state === "Completed", {
    namespace,
  });
  // In this order: a pass that is under way would put the HostedControlPlane back into a namespace that stays.
  await kube.delete(Namespace, `${namespace}-demo`);
  await kube.delete(HostedControlPlane, "demo", `${namespace}-demo`);
  await waitForGone(kube, HostedControlPlane, "demo", { namespace: `${namespace}-demo` });
  // No controller of namespaces runs here.
  const left = await kube.get(Namespace, `${namespace}-demo`);
  await kube.request("PUT", `/api/v1/namespaces/${namespace}-demo/finalize`, {
    body: { ...left, spec: { finalizers: [] } },
  });
  await waitForGone(kube, Namespace, `${namespace}-demo`, {});
  await expectCondition(kube, namespace, "Available", "False", "is gone, and with it the keys and the data");
  expect(await kube.get(Namespace, `${namespace}-demo`)).toBeUndefined();

  // A restore makes the namespace first, and what was in it one after the other.
  const annotations = { "hypershift.openshift.io/cluster": `${namespace}/demo` };
  await kube.create<Namespace>({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: `${namespace}-demo`,
      labels: { "hypershift.openshift.io/hosted-control-plane": "true" },
      annotations,
    },
  });
  await expectCondition(kube, namespace, "Available", "False", "not the record of what its control plane was");
  expect(await kube.get(HostedControlPlane, "demo", `${namespace}-demo`)).toBeUndefined();
  await kube.create<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "durable-record", namespace: `${namespace}-demo` },
  });
  await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: `${namespace}-demo` });
});

test("a missing pull secret is waited for", async () => {
  const { kube, namespace } = await start();
  await kube.create(aCluster(namespace));
  await expectCondition(kube, namespace, "ValidReleaseImage", "False", "the pull secret pull is missing");
  await expectCondition(kube, namespace, "Available", "False", "the pull secret pull is missing");
  expect(await kube.get(Namespace, `${namespace}-demo`)).toBeUndefined();
});

test("an unknown release image is said in the registry's words, and nothing is made", async () => {
  const { kube, namespace } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace, "demo", { release: { image: "registry.example.com/unknown:1" } }));
  await expectCondition(
    kube,
    namespace,
    "ValidReleaseImage",
    "False",
    "The image registry.example.com/unknown:1 is not there",
  );
  expect(await kube.get(Namespace, `${namespace}-demo`)).toBeUndefined();
});

test("a release of another minor version is refused", async () => {
  const { kube, namespace } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace, "demo", { release: { image: "registry.example.com/release:1.29.1" } }));
  await expectCondition(kube, namespace, "ValidReleaseImage", "False", "the release 1.29.1 is not supported");
});

test.each([
  [
    "networks that overlap",
    { networking: { clusterNetwork: [{ cidr: "10.0.0.0/8" }, { cidr: "10.1.0.0/16" }] } },
    "overlap",
  ],
  [
    "a network of the management cluster",
    { networking: { serviceNetwork: [{ cidr: "10.0.0.0/16" }] } },
    "networking.serviceNetwork[0] 10.0.0.0/16 overlaps 10.0.0.0/24 of the management cluster",
  ],
  [
    "a StorageClass that is not there",
    {
      etcd: {
        managementType: "Managed",
        managed: { storage: { type: "PersistentVolume", persistentVolume: { storageClassName: "fast" } } },
      },
    },
    "names the StorageClass fast, which the management cluster does not have",
  ],
  ["a base domain with a part too long", { dns: { baseDomain: `${"a".repeat(64)}.com` } }, "a part of 64 characters"],
  [
    "an agent namespace that is not there",
    { platform: { type: "Agent", agent: { agentNamespace: "nowhere" } } },
    "namespace nowhere does not let",
  ],
  [
    "an agent namespace that is there and gave no consent",
    { platform: { type: "Agent", agent: { agentNamespace: "kube-public" } } },
    "namespace kube-public does not let",
  ],
  [
    "a Secret that is not there",
    { serviceAccountSigningKey: { name: "missing" }, issuerURL: "https://example.com" },
    "Secret missing",
  ],
])("%s: ValidConfiguration says so, and nothing is made", async (_, spec, message) => {
  const { kube, namespace } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace, "demo", spec));
  await expectCondition(kube, namespace, "ValidConfiguration", "False", message);
  expect(await kube.get(Namespace, `${namespace}-demo`)).toBeUndefined();
});

test("a name that is too long is refused", async () => {
  const { kube, namespace } = await start();
  const name = "a".repeat(60);
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace, name));
  await expectCondition(kube, namespace, "ValidConfiguration", "False", "63 are allowed", name);
});

test("a namespace that is somebody else's is neither taken nor deleted", async () => {
  const { kube, namespace } = await start();
  const theirs = `${namespace}-demo`;
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: theirs } });
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  await expectCondition(kube, namespace, "ValidConfiguration", "False", "was not made for this cluster");
  await kube.delete(HostedCluster, "demo", namespace);
  await waitForGone(kube, HostedCluster, "demo", { namespace });
  expect((await kube.get(Namespace, theirs))?.metadata?.deletionTimestamp).toBeUndefined();
});

test("two clusters whose namespaces would have the same name do not share it", async () => {
  const { kube, namespace } = await start();
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: `${namespace}-a` } });
  await Promise.all([kube.create(pullSecret(namespace)), kube.create(pullSecret(`${namespace}-a`))]);
  await kube.create(aCluster(namespace, "a-b"));
  await waitFor(kube, HostedControlPlane, "a-b", () => true, { namespace: `${namespace}-a-b`, what: "be there" });
  await kube.create(aCluster(`${namespace}-a`, "b"));
  await expectCondition(kube, `${namespace}-a`, "ValidConfiguration", "False", "belongs to another HostedCluster", "b");
});

test("two clusters do not share a host name: the second one gets it when the first one gives it up", async () => {
  const { kube, namespace } = await start();
  // It comes after the other one by name too: both may be made in the same second.
  const other = `${namespace}x`;
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: other } });
  const names = { kubeAPIServerDNSName: `${namespace}.example.com` };
  for (const [where, name] of [
    [namespace, "a"],
    [other, "b"],
  ] as const) {
    await kube.create(pullSecret(where));
    await kube.create(aCluster(where, name, names));
    await expectCondition(kube, where, "ValidConfiguration", name === "a" ? "True" : "False", "", name);
  }
  const problem = `kubeAPIServerDNSName is ${names.kubeAPIServerDNSName}, which another HostedCluster has already`;
  await expectCondition(kube, other, "ValidConfiguration", "False", problem, "b");
  expect(await kube.get(Namespace, `${other}-b`)).toBeUndefined();
  await kube.patch(HostedCluster, "a", namespace, { spec: { kubeAPIServerDNSName: null } });
  await expectCondition(kube, other, "ValidConfiguration", "True", "", "b");
  const record = ({ metadata }: Namespace) => metadata?.annotations?.[hostNamesAnnotation];
  await waitFor(kube, Namespace, `${other}-b`, (each) => record(each) === names.kubeAPIServerDNSName);
  // That it was made first does not give it back what is another's by now, nor does an operator that starts anew.
  await kube.patch(HostedCluster, "a", namespace, { spec: names });
  await expectCondition(kube, namespace, "ValidConfiguration", "False", "which another HostedCluster has already", "a");
  await Promise.all(running.splice(0).map((stop) => stop()));
  await start();
  await kube.patch(HostedCluster, "a", namespace, { spec: { labels: { again: "yes" } } });
  const refusedAgain = ({ metadata, status }: HostedCluster) => {
    const condition = findCondition(status?.conditions, "ValidConfiguration");
    return condition?.status === "False" && condition.observedGeneration === metadata?.generation;
  };
  await waitFor(kube, HostedCluster, "a", refusedAgain, { namespace });
  await expectCondition(kube, other, "ValidConfiguration", "True", "", "b");
});

test("a paused cluster is left alone, and goes on afterwards", async () => {
  const { kube, namespace } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace, "demo", { pausedUntil: "true" }));
  await expectCondition(kube, namespace, "ReconciliationActive", "False", "paused until field removed");
  expect(await kube.get(Namespace, `${namespace}-demo`)).toBeUndefined();
  await kube.patch(HostedCluster, "demo", namespace, { spec: { pausedUntil: null } });
  await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: `${namespace}-demo`, what: "be there" });
  await kube.patch(HostedCluster, "demo", namespace, { spec: { pausedUntil: "true" } });
  await waitFor(kube, HostedControlPlane, "demo", ({ spec }) => spec.pausedUntil === "true", {
    namespace: `${namespace}-demo`,
    what: "be paused too",
  });
  await kube.patch(HostedCluster, "demo", namespace, { spec: { pausedUntil: "" } });
  await waitFor(kube, HostedControlPlane, "demo", ({ spec }) => !spec.pausedUntil, {
    namespace: `${namespace}-demo`,
    what: "not be paused any more",
  });
  await kube.patch(HostedCluster, "demo", namespace, { spec: { pausedUntil: "true" } });
  await waitFor(kube, HostedControlPlane, "demo", ({ spec }) => spec.pausedUntil === "true", {
    namespace: `${namespace}-demo`,
    what: "be paused again",
  });
  await kube.patch(HostedCluster, "demo", namespace, { spec: { pausedUntil: null } });
  await waitFor(kube, HostedControlPlane, "demo", ({ spec }) => spec.pausedUntil === undefined, {
    namespace: `${namespace}-demo`,
    what: "not be paused any more, without the field",
  });
});

test("deletion takes NodePools, control plane and namespace, in this order, and says what it waits for", async () => {
  const { kube, namespace } = await start();
  const inside = `${namespace}-demo`;
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: inside, what: "be there" });
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers: ["example.com/wait"] } });
  await kube.create({
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "NodePool",
    metadata: { name: "pool", namespace, finalizers: ["example.com/wait"] },
    spec: {
      clusterName: "demo",
      replicas: 0,
      release: { image: "registry.example.com/roost/release:1.34.4" },
      management: { upgradeType: "Replace" },
      platform: { type: "None" },
    },
  } as NodePool);
  await kube.delete(HostedCluster, "demo", namespace);
  await expectCondition(kube, namespace, "Progressing", "True", "NodePool pool");
  expect((await kube.get(HostedControlPlane, "demo", inside))?.metadata?.deletionTimestamp).toBeUndefined();
  await kube.patch(NodePool, "pool", namespace, { metadata: { finalizers: null } });
  await expectCondition(kube, namespace, "Progressing", "True", "control plane");
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers: null } });
  await expectCondition(kube, namespace, "Progressing", "True", `namespace ${inside}`);
  await finalize(kube, inside);
  await waitForGone(kube, HostedCluster, "demo", { namespace });
});

test("what the spec names is copied, followed, and taken away again", async () => {
  const { kube, namespace } = await start();
  const inside = `${namespace}-demo`;
  const bundle = (text: string): ConfigMap => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "authorities", namespace },
    data: { "ca-bundle.crt": text },
  });
  await kube.create(pullSecret(namespace));
  await kube.create(bundle("one"));
  await kube.create(aCluster(namespace, "demo", { additionalTrustBundle: { name: "authorities" } }));
  const copy = (text: string) =>
    waitFor(kube, ConfigMap, "user-ca-bundle", ({ data }) => data?.["ca-bundle.crt"] === text, {
      namespace: inside,
      what: `hold ${text}`,
    });
  await copy("one");
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "True");
  await kube.apply(bundle("two"));
  await copy("two");
  await kube.patch(HostedCluster, "demo", namespace, { spec: { additionalTrustBundle: null } });
  await waitForGone(kube, ConfigMap, "user-ca-bundle", { namespace: inside });
  expect(await kube.get(ConfigMap, "operator-ca-bundle", inside)).toBeDefined();
  // As users of OpenShift write it.
  const proxy = { httpsProxy: "http://proxy.example.com:3128", trustedCA: { name: "user-ca-bundle" } };
  await kube.create({ ...bundle("of the proxy"), metadata: { name: "user-ca-bundle", namespace } });
  await kube.patch(HostedCluster, "demo", namespace, { spec: { configuration: { proxy } } });
  await waitFor(kube, ConfigMap, "proxy-ca-bundle", ({ data }) => data?.["ca-bundle.crt"] === "of the proxy", {
    namespace: inside,
  });
  await expectCondition(kube, namespace, "ValidConfiguration", "True");
});

test("a reference never overwrites what the control plane has of its own, nor takes it away when it is dropped", async () => {
  const { kube, namespace } = await start();
  const inside = `${namespace}-demo`;
  const secret = (name: string, where: string, more: object = {}): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: where, ...more },
    data: { "webhook-kubeconfig": Buffer.from(where).toString("base64") },
  });
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "True");
  // As a version that did not look wrote it.
  const mark = {
    labels: { "hypershift.openshift.io/mirrored-config": "true" },
    annotations: { "hypershift.openshift.io/copied-from": `${namespace}/root-ca` },
  };
  await kube.create(secret("root-ca", inside, mark));
  // Of nobody's list: something that came to be there.
  await kube.create(secret("somebody-else", inside));
  const refer = (name: string | null) =>
    kube.patch(HostedCluster, "demo", namespace, { spec: { auditWebhook: name && { name } } });
  for (const name of ["root-ca", "somebody-else"]) {
    await kube.create(secret(name, namespace));
    await refer(name);
    const problem = `spec.auditWebhook names the Secret ${name}, and the control plane has a Secret of its own`;
    await expectCondition(kube, namespace, "ValidConfiguration", "False", problem);
  }
  await refer("audit");
  await kube.create(secret("audit", namespace));
  await waitFor(kube, Secret, "audit", () => true, { namespace: inside, what: "be there" });
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "True");
  await refer(null);
  await waitForGone(kube, Secret, "audit", { namespace: inside });
  for (const name of ["root-ca", "somebody-else"]) {
    const { data } = (await kube.get(Secret, name, inside)) ?? {};
    expect([name, data]).toEqual([name, secret(name, inside).data]);
  }
});

test("a cluster settles: each change brings one pass, and none follows from a pass's own writes", async () => {
  const { kube, namespace, passes } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "True");
  let change = 0;
  const passesOfThreeChanges = async () => {
    const count = passes.length;
    for (let i = 1; i <= 3; i++) {
      await kube.patch(HostedCluster, "demo", namespace, { metadata: { annotations: { change: `${++change}` } } });
      await expect.poll(() => passes.length).toBeGreaterThanOrEqual(count + i);
    }
    return passes.length - count;
  };
  await expect.poll(passesOfThreeChanges, { timeout: 60_000 }).toBe(3);
  // Of a cluster that has settled.
  const before = await kube.get(HostedCluster, "demo", namespace);
  await expect.poll(passesOfThreeChanges, { timeout: 60_000 }).toBe(3);
  const after = await kube.get(HostedCluster, "demo", namespace);
  expect(after?.status?.conditions?.length).toBe(before?.status?.conditions?.length);
});

test("a control plane's namespace admits nothing beyond Pod Security's restricted", async () => {
  const { kube, namespace } = await start();
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  const inside = `${namespace}-demo`;
  const operator = await waitFor(kube, Deployment, "control-plane-operator", () => true, {
    namespace: inside,
    what: "be there",
  });
  const pod = (spec: object): Pod => {
    const template = operator.spec?.template.spec;
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "a-pod", namespace: inside },
      spec: { ...template, ...spec, priorityClassName: undefined },
    } as Pod;
  };
  const volume = { name: "host", hostPath: { path: "/" } };
  const [container] = operator.spec?.template.spec?.containers ?? [];
  for (const [what, spec] of Object.entries({
    "host namespaces": { hostNetwork: true },
    hostPath: { volumes: [volume] },
    privileged: { containers: [{ ...container, securityContext: { privileged: true } }] },
    runAsNonRoot: { securityContext: {} },
  }))
    await expect(kube.create(pod(spec), { dryRun: true }), what).rejects.toThrow(/violates PodSecurity "restricted/);
  // And its own operator fits.
  await kube.create(pod({}), { dryRun: true });
});

test.each([
  ["pod-security-admission-label-override", "privileged"],
  ["control-plane-operator-image", "evil.example.org/roost:1"],
  ["etcd-priority-class", "system-node-critical"],
])("the annotation %s is refused, and obeyed where the operator allows it", async (name, value) => {
  const allowed: string[] = [];
  const { kube, namespace } = await start({ allowedOverrides: allowed });
  const key = `hypershift.openshift.io/${name}`;
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace, "demo", {}, { [key]: value }));
  await expectCondition(kube, namespace, "ValidConfiguration", "False", `${key}: ${value} is not allowed here`);
  expect(await kube.get(Namespace, `${namespace}-demo`)).toBeUndefined();
  allowed.push(name);
  await kube.patch(HostedCluster, "demo", namespace, { metadata: { annotations: { again: "1" } } });
  const operator = await waitFor(kube, Deployment, "control-plane-operator", () => true, {
    namespace: `${namespace}-demo`,
  });
  const made = await kube.get(Namespace, `${namespace}-demo`);
  const level = made?.metadata?.labels?.["pod-security.kubernetes.io/enforce"];
  expect(level).toBe(name.startsWith("pod-security") ? value : "restricted");
  const image = operator.spec?.template.spec?.containers[0]?.image;
  expect(image).toBe(name.endsWith("image") ? value : "example.com/roost@sha256:2");
});

test.each(["release", "controlPlaneRelease"])(
  "a %s from elsewhere is refused, and its registry not asked",
  async (field) => {
    const asked: string[] = [];
    const { kube, namespace } = await start({
      async readRelease({ image }) {
        asked.push(image);
        throw new RegistryError("ImageNotFound", `The image ${image} is not there`);
      },
    });
    await kube.create(pullSecret(namespace));
    await kube.create(aCluster(namespace, "demo", { [field]: { image: "evil.example.org/release:1.34.4" } }));
    await expectCondition(kube, namespace, "ValidReleaseImage", "False", "runs releases only of registry.example.com");
    expect(asked.filter((image) => image.startsWith("evil."))).toEqual([]);
    expect(await kube.get(Namespace, `${namespace}-demo`)).toBeUndefined();
  },
);

test("a cluster whose namespace is another's touches nothing of it: created, paused, named anew and deleted", async () => {
  const { kube, namespace } = await start();
  await kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: `${namespace}-a` } });
  await Promise.all([kube.create(pullSecret(namespace)), kube.create(pullSecret(`${namespace}-a`))]);
  await kube.create(aCluster(namespace, "a-b"));
  const theirs = `${namespace}-a-b`;
  const victim = await waitFor(kube, HostedControlPlane, "a-b", () => true, { namespace: theirs, what: "be there" });
  // One of the same name as the other cluster, as a victim's could be.
  const { spec } = victim;
  const plane = { apiVersion: victim.apiVersion, kind: victim.kind, metadata: { name: "b", namespace: theirs }, spec };
  await kube.create(plane as HostedControlPlane);
  const capi = await kube.create<Cluster>({
    apiVersion: Cluster.apiVersion,
    kind: Cluster.kind,
    metadata: { name: "b-x", namespace: theirs },
    spec: { infrastructureRef: { apiGroup: "a.example.com", kind: "A", name: "a" } },
  } as Cluster);
  await kube.create(aCluster(`${namespace}-a`, "b", { infraID: "b-x", clusterID: randomUUID(), pausedUntil: "true" }));
  await expectCondition(kube, `${namespace}-a`, "ReconciliationActive", "False", "", "b");
  await kube.patch(HostedCluster, "b", `${namespace}-a`, { spec: { pausedUntil: null } });
  await expectCondition(kube, `${namespace}-a`, "ValidConfiguration", "False", "another HostedCluster", "b");
  const told = await kube.get(HostedCluster, "b", `${namespace}-a`);
  expect(JSON.stringify(told?.status)).not.toContain(`${namespace}/a-b`);
  const before = await fenced(kube, "b", theirs);
  await kube.delete(HostedCluster, "b", `${namespace}-a`);
  await waitForGone(kube, HostedCluster, "b", { namespace: `${namespace}-a` });
  const after = await kube.get(HostedControlPlane, "b", theirs);
  expect(after?.metadata?.resourceVersion).toBe(before.metadata?.resourceVersion);
  expect((await kube.get(Cluster, "b-x", theirs))?.metadata?.resourceVersion).toBe(capi.metadata?.resourceVersion);
  expect((await kube.get(Namespace, theirs))?.metadata?.deletionTimestamp).toBeUndefined();
});

test("a control plane whose operator does not answer is let go after its time, but never what others hold it for", async () => {
  let late = 0;
  const { kube, namespace } = await start({}, () => new Date(Date.now() + late));
  const inside = `${namespace}-demo`;
  const own = "hypershift.openshift.io/finalizer";
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace));
  await waitFor(kube, HostedCluster, "demo", ({ metadata }) => metadata?.finalizers?.includes(own) === true, {
    namespace,
    what: "hold its finalizer",
  });
  await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: inside, what: "be there" });
  const finalizers = [own, "backup.example.com/upload"];
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers } });
  await kube.delete(HostedCluster, "demo", namespace);
  await expectCondition(kube, namespace, "Progressing", "True", "backup.example.com/upload");
  expect((await kube.get(HostedControlPlane, "demo", inside))?.metadata?.finalizers).toEqual(finalizers);
  late = 61_000;
  await waitFor(
    kube,
    HostedControlPlane,
    "demo",
    ({ metadata }) => metadata?.finalizers?.join() === "backup.example.com/upload",
    { namespace: inside, what: "be held by the backup alone" },
  );
  expect((await kube.get(Namespace, inside))?.metadata?.deletionTimestamp).toBeUndefined();
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers: null } });
  await expectCondition(kube, namespace, "Progressing", "True", `namespace ${inside}`);
  await finalize(kube, inside);
  await waitForGone(kube, HostedCluster, "demo", { namespace });
});

test("a control plane that Cluster API deletes and whose operator does not answer is let go after its time", async () => {
  let late = 0;
  const { kube, namespace } = await start({}, () => new Date(Date.now() + late));
  const inside = `${namespace}-demo`;
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace, "demo", { infraID: "demo-abcde" }));
  await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: inside, what: "be there" });
  const finalizers = ["hypershift.openshift.io/finalizer"];
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers } });
  await kube.create<Cluster>({
    apiVersion: Cluster.apiVersion,
    kind: "Cluster",
    metadata: { name: "demo-abcde", namespace: inside, finalizers: ["cluster.cluster.x-k8s.io"] },
    spec: { infrastructureRef: { apiGroup: "a.example.com", kind: "A", name: "a" } },
  });
  await kube.delete(HostedCluster, "demo", namespace);
  await expectCondition(kube, namespace, "Progressing", "True", "Cluster API to remove the Cluster demo-abcde");
  // As Cluster API does once the machines are gone.
  await kube.delete(HostedControlPlane, "demo", inside);
  await waitFor(kube, HostedControlPlane, "demo", isBeingDeleted, { namespace: inside });
  late = 61_000;
  await waitForGone(kube, HostedControlPlane, "demo", { namespace: inside });
  expect(await kube.get(Cluster, "demo-abcde", inside)).toBeDefined();
  expect((await kube.get(Namespace, inside))?.metadata?.deletionTimestamp).toBeUndefined();
  await kube.patch(Cluster, "demo-abcde", inside, { metadata: { finalizers: null } });
  await expectCondition(kube, namespace, "Progressing", "True", `namespace ${inside}`);
});

/** A cluster whose control plane has a pod and a volume, as on a node, and is held by its own operator. */
async function withVolume(kube: Kube, namespace: string, annotations = {}): Promise<string> {
  const inside = `${namespace}-demo`;
  await kube.create(pullSecret(namespace));
  await kube.create(aCluster(namespace, "demo", {}, annotations));
  const operator = await waitFor(kube, Deployment, "control-plane-operator", () => true, { namespace: inside });
  const { labels } = operator.spec?.template.metadata ?? {};
  await kube.create<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a-pod", namespace: inside, labels },
    spec: {
      ...operator.spec?.template.spec,
      priorityClassName: undefined,
      // Of one that is on no node, nobody waits for the end.
      nodeName: "node",
      terminationGracePeriodSeconds: 75,
    },
  } as Pod);
  await kube.create<PersistentVolumeClaim>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "data", namespace: inside, finalizers: ["example.com/held-by-a-pod"] },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  const finalizers = ["hypershift.openshift.io/finalizer"];
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers } });
  return inside;
}

test("a control plane that nobody else holds ends at once with its namespace, without the help of its operator", async () => {
  const { kube, namespace } = await start();
  const inside = await withVolume(kube, namespace);
  await kube.delete(HostedCluster, "demo", namespace);
  await waitForGone(kube, HostedControlPlane, "demo", { namespace: inside });
  expect((await kube.get(Namespace, inside))?.metadata?.deletionTimestamp).toBeDefined();
  // All three are let go side by side: the control plane may be gone before the other two are asked to go.
  const pod = await waitFor(kube, Pod, "a-pod", isBeingDeleted, { namespace: inside });
  expect(pod.metadata?.deletionGracePeriodSeconds).toBe(1);
  await waitFor(kube, PersistentVolumeClaim, "data", isBeingDeleted, { namespace: inside });
  await expectCondition(kube, namespace, "Progressing", "True", `namespace ${inside}`);
  await finalize(kube, inside);
  await waitForGone(kube, HostedCluster, "demo", { namespace });
});

test.each(["cleanup-cloud-resources", "skip-delete-hosted-controlplane-namespace"])(
  "with the annotation %s a control plane is stopped by its own operator, and its volumes stay until then",
  async (annotation) => {
    const { kube, namespace, passes } = await start();
    const inside = await withVolume(kube, namespace, { [`hypershift.openshift.io/${annotation}`]: "true" });
    await kube.delete(HostedCluster, "demo", namespace);
    await expectCondition(kube, namespace, "Progressing", "True", "control plane to stop");
    const plane = await waitFor(kube, HostedControlPlane, "demo", isBeingDeleted, { namespace: inside });
    // The second pass to end from now on began after that.
    for (const again of ["1", "2"]) {
      const ended = passes.length;
      await kube.patch(HostedCluster, "demo", namespace, { metadata: { labels: { again } } });
      await expect.poll(() => passes.length, { timeout: 30_000 }).toBeGreaterThan(ended);
    }
    const left = await kube.get(HostedControlPlane, "demo", inside);
    expect(left?.metadata?.finalizers).toEqual(plane.metadata?.finalizers);
    expect((await kube.get(Namespace, inside))?.metadata?.deletionTimestamp).toBeUndefined();
    expect((await kube.get(Pod, "a-pod", inside))?.metadata?.deletionTimestamp).toBeUndefined();
    expect((await kube.get(PersistentVolumeClaim, "data", inside))?.metadata?.deletionTimestamp).toBeUndefined();
  },
);

test("a roll-out of the control plane is said in Progressing in its own words, and so is a change that nobody took up", async () => {
  const { kube, namespace } = await start();
  await makeAvailable(kube, namespace);
  const inside = `${namespace}-demo`;
  const say = async (status: "True" | "False", message: string) => {
    const { metadata, status: before } = (await kube.get(HostedControlPlane, "demo", inside)) as HostedControlPlane;
    const time = { lastTransitionTime: "2026-01-01T00:00:00Z", observedGeneration: metadata?.generation };
    const conditions = [
      ...(before?.conditions ?? [])
        .filter(({ type }) => type !== "Progressing")
        .map((condition) => ({ ...condition, ...time })),
      { type: "Progressing", status, reason: "AsExpected", message, ...time },
    ];
    const image = "registry.example.com/roost/release:1.34.4";
    const done = {
      state: "Completed",
      image,
      version: "1.34.4",
      startedTime: time.lastTransitionTime,
      verified: false,
    };
    const versionStatus = { desired: { image, version: "1.34.4" }, history: [done], observedGeneration: 1 };
    await kube.patch(
      HostedControlPlane,
      "demo",
      inside,
      { status: { conditions, versionStatus } },
      { subresource: "status" },
    );
  };
  await say("True", "the pod kube-apiserver-b waits");
  await expectCondition(kube, namespace, "Progressing", "True", "the pod kube-apiserver-b waits");
  await say("False", "done");
  await expectCondition(kube, namespace, "Progressing", "False");
  await kube.patch(HostedCluster, "demo", namespace, { spec: { autoscaling: { maxNodesTotal: 3 } } });
  await expectCondition(kube, namespace, "Progressing", "True", "has not taken up the change yet");
  await say("False", "done");
  await expectCondition(kube, namespace, "Progressing", "False");
});

test("who knows only kstatus sees a cluster made, refused, done and deleted, and may apply it again and again", async () => {
  const { kube, namespace } = await start();
  const inside = `${namespace}-demo`;
  const image = "registry.example.com/roost/release:1.34.4";
  const line = `create cluster none --name demo --pull-secret pull.json --external-api-server-address 192.0.2.1 --release-image ${image} --render --render-sensitive`;
  const { stdout, stderr } = await runCommand([...words(line), "--namespace", namespace], { files });
  expect(stderr).toBe("");
  const documents = parseAllDocuments(stdout).map((document) => document.toJS() as Resource);
  const applyAll = async () => {
    for (const document of documents) await kube.apply(document, { fieldManager: "gitops" });
  };
  const becomes = (wanted: KStatus) =>
    waitFor(kube, HostedCluster, "demo", (cluster) => kstatus(cluster) === wanted, {
      namespace,
      what: `be ${wanted} to kstatus`,
    });
  await applyAll();
  await becomes("InProgress");
  await kube.patch(HostedCluster, "demo", namespace, {
    spec: { release: { image: "registry.example.com/unknown:1.34.4" } },
  });
  await becomes("Failed");
  await applyAll();
  await becomes("InProgress");
  await waitFor(kube, HostedControlPlane, "demo", () => true, { namespace: inside, what: "be there" });
  const time = "2026-01-01T00:00:00Z";
  const available = { type: "Available", status: "True", reason: "AsExpected", message: "", lastTransitionTime: time };
  const history = [{ state: "Completed", image, version: "1.34.4", startedTime: time, verified: false }];
  const versionStatus = { desired: { image, version: "1.34.4" }, history, observedGeneration: 1 };
  const status = { ready: true, initialized: true, conditions: [available], versionStatus };
  await kube.patch(HostedControlPlane, "demo", inside, { status }, { subresource: "status" });
  await becomes("Current");
  const present = () => kube.get(HostedCluster, "demo", namespace);
  const changesByApplying = async () => {
    const before = await present();
    await applyAll();
    return (await present())?.metadata?.resourceVersion !== before?.metadata?.resourceVersion;
  };
  // The operator may still be writing what it says of the cluster.
  await expect.poll(changesByApplying).toBe(false);
  expect(fieldsOfOthers((await present()) as Resource, "gitops")).toEqual([]);
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers: ["example.com/wait"] } });
  await kube.delete(HostedCluster, "demo", namespace);
  await becomes("Terminating");
  await kube.patch(HostedControlPlane, "demo", inside, { metadata: { finalizers: null } });
});

test("a registry that goes away leaves a cluster as it is, is said where users look first, and is forgotten when it is back", async () => {
  let isAway = false;
  const { kube, namespace } = await start({
    async readRelease({ image }) {
      if (isAway) throw new RegistryError("RegistryUnreachable", "The registry cannot be reached");
      const images = { roost: "example.com/roost@sha256:2" };
      return release(image, "sha256:1", { version: "1.34.4", previous: [], metadata: {}, images });
    },
  });
  await makeAvailable(kube, namespace);
  const plane = () => kube.get(HostedControlPlane, "demo", `${namespace}-demo`);
  const before = await fenced(kube, "demo", `${namespace}-demo`);
  const lookAgain = (why: string) =>
    kube.patch(HostedCluster, "demo", namespace, { metadata: { annotations: { "test/look-again": why } } });
  isAway = true;
  await lookAgain("away");
  await expectCondition(kube, namespace, "Available", "True", "not carried out: The registry cannot be reached");
  await expectCondition(kube, namespace, "ValidReleaseImage", "True", "as it was read before");
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "False", "The registry cannot be reached");
  expect((await plane())?.metadata?.resourceVersion).toBe(before.metadata?.resourceVersion);
  isAway = false;
  await lookAgain("back");
  await expectCondition(kube, namespace, "ReconciliationSucceeded", "True");
});

test("a cluster that a restore makes again is left alone until all of it is there, and its machines until it is proved", async () => {
  const { kube, namespace } = await start();
  const inside = `${namespace}-demo`;
  const hold = (held: string | null) =>
    kube.patch(HostedCluster, "demo", namespace, { metadata: { annotations: { [heldAnnotation]: held } } });
  const isPaused = (paused: boolean) =>
    waitFor(kube, Cluster, "demo-x", ({ spec }) => spec.paused === paused, {
      namespace: inside,
      what: `have paused=${paused}`,
    });
  for (const each of hostConsent({ namespace, controlPlane: inside })) await kube.create<Resource>(each);
  await kube.create(pullSecret(namespace));
  const platform = { type: "Agent", agent: { agentNamespace: namespace } };
  const held = { [heldAnnotation]: "everything" };
  await kube.create(aCluster(namespace, "demo", { platform, infraID: "demo-x" }, held));
  await expectCondition(kube, namespace, "ReconciliationActive", "False", "before all of it is there");
  expect(await kube.get(Namespace, inside)).toBeUndefined();
  await hold("machines");
  await isPaused(true);
  await hold(null);
  await isPaused(false);
  await expectCondition(kube, namespace, "ReconciliationActive", "True");
});
