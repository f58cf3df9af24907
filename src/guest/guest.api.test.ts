import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  Cluster,
  ClusterOperator,
  ClusterVersion,
  ControlPlaneComponent,
  findCondition,
  HostedControlPlane,
  Infrastructure,
  isTrue,
  Machine,
} from "../api/index.ts";
import { controlPlaneOperatorPermissions } from "../api/permissions.ts";
import type { Kind } from "../kube/kind.ts";
import {
  CertificateSigningRequest,
  ClusterRoleBinding,
  ConfigMap,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  Node,
  Secret,
  Service,
} from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";
import { createLog } from "../kube/log.ts";
import { overrideKube } from "../kube/override-kube.ts";
import type { Resource } from "../kube/resource.ts";
import { type Pass, runControllers } from "../kube/run-controllers.ts";
import { same } from "../kube/status-patch.ts";
import { textOf } from "../kube/text-of.ts";
import { waitFor, waitForGone } from "../kube/wait-for.ts";
import { bridgeTo, createAuthority } from "../pki/certificate.ts";
import { configHashAnnotation } from "../rendering/config-hash.ts";
import { type ApiServer, startApiServer } from "../testing/api-server.ts";
import { aRelease, aSpec } from "../testing/control-planes.ts";
import { installCrds } from "../testing/install-crds.ts";
import { kubeWithRights } from "../testing/kube-with-rights.ts";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { managedLabels } from "./component.ts";
import { dataPlaneConnection } from "./data-plane-connection/controller.ts";
import { guestLoops } from "./index.ts";
import { kubernetesService } from "./kubernetes-service/controller.ts";
import { clusterRoleBinding } from "./rbac/bindings.ts";
import { renderedKinds } from "./rendered-kinds.ts";

// The hosted cluster's API server and the management cluster's, both real; nothing runs in either.
let shared: SharedApiServer;
let server: ApiServer;
let management: Kube;
/** The management cluster as the control-plane-operator may use it. */
let own: Kube;
/** The hosted cluster as the control-plane-operator knows it: with the user of its own kubeconfig. */
let writer: Kube;
let guest: Kube;
let namespace: string;
const stop = new AbortController();
const logged: { message?: string; [field: string]: unknown }[] = [];
const passes: Pass[] = [];
let addresses = ["192.0.2.10"];
// The service network is that of the API server which plays the hosted cluster's.
const networking = { ...aSpec().networking, serviceNetwork: [{ cidr: "10.0.0.0/24" }] };
let running: Promise<unknown>;

beforeAll(async () => {
  [shared, server] = await Promise.all([sharedApiServer("guest"), startApiServer()]);
  management = shared.kube;
  namespace = shared.namespace;
  guest = server.kube;
  writer = await server.kubeAs("system:hosted-cluster-config", ["system:masters", "system:authenticated"]);
  await installCrds(management, { clusterApi: true });
  await management.create<Secret>(
    secret("pull-secret", { ".dockerconfigjson": '{"auths":{"a.example.com":{"auth":"YTpi"}}}' }),
  );
  await management.create<Secret>(secret("konnectivity-agent", { "tls.crt": "c", "tls.key": "k", "ca.crt": "a" }));
  for (const name of ["root-ca", "kubelet-client-ca"]) await management.apply(authority(name, "former\n"));
  await management.create(loadBalancer("kube-apiserver", 6443));
  await management.create(loadBalancer("konnectivity-server", 8091));
  for (const name of ["kube-apiserver", "konnectivity-server"]) {
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } };
    await management.patch(Service, name, namespace, { status }, { subresource: "status" });
  }
  await management.create<HostedControlPlane>({
    apiVersion: HostedControlPlane.apiVersion,
    kind: HostedControlPlane.kind,
    metadata: { name: "demo", namespace },
    spec: aSpec({ networking }),
  });
  // The node authorizer of a real control plane allows nodes this.
  await guest.apply(
    clusterRoleBinding("nodes-ask", "system:node-bootstrapper", {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Group",
      name: "system:nodes",
    }),
  );
  own = await kubeWithRights({
    ...shared,
    name: "control-plane-operator",
    rules: controlPlaneOperatorPermissions,
  });
  running = run();
});

afterAll(async () => {
  stop.abort();
  await running;
  guest?.close();
  management?.close();
  await server?.stop();
});

function run(): Promise<unknown> {
  const log = createLog({ write: (line) => logged.push(JSON.parse(line)), level: "debug" });
  const loops = guestLoops({
    management: own,
    guest: writer,
    namespace,
    releaseOf: async () => aRelease,
    resolve: async () => addresses,
  });
  const options = { log, signal: stop.signal, onPass: (pass: Pass) => passes.push(pass) };
  return Promise.all([
    runControllers(loops.management, { ...options, kube: own }),
    runControllers(loops.guest, { ...options, kube: writer }),
  ]);
}

function secret(name: string, data: Record<string, string>): Secret {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData: data };
}

function authority(name: string, text: string): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { "ca.crt": text } };
}

function loadBalancer(name: string, port: number): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { type: "LoadBalancer", ports: [{ name, port }] },
  };
}

/** Every object that the loops rendered, with its version. */
async function versions(): Promise<Record<string, string>> {
  const lists = await Promise.all(
    renderedKinds.map((kind) => guest.list(kind as Kind<Resource>, { labels: managedLabels })),
  );
  return Object.fromEntries(
    lists.flat().map(({ kind, metadata }) => [`${kind}/${metadata?.name}`, metadata?.resourceVersion ?? ""]),
  );
}

async function until(what: string, check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}: ${JSON.stringify(logged.slice(-5))}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const nodeAgents = [
  "kube-proxy",
  "kube-flannel",
  "konnectivity-agent",
  "global-pull-secret-syncer",
  "node-authorities",
];

const quiet = () => {
  const before = passes.length;
  return new Promise<boolean>((resolve) => setTimeout(() => resolve(passes.length === before), 400));
};

test("everything that is rendered is accepted by a real API server", async () => {
  await waitFor(guest, DaemonSet, "kube-flannel", () => true, { namespace: "kube-system" });
  await waitFor(guest, Infrastructure, "cluster", ({ status }) => status?.infrastructureName === "demo-abcde");
  // Two loops say these.
  const isDone = ({ status }: HostedControlPlane) =>
    findCondition(status?.conditions, "ConfigOperatorReconciliationSucceeded")?.status === "True" &&
    status?.nodeCount === 0;
  await waitFor(management, HostedControlPlane, "demo", isDone, { namespace });
  expect(Object.keys(await versions())).toEqual(
    expect.arrayContaining([
      "DaemonSet/kube-proxy",
      "DaemonSet/konnectivity-agent",
      "Deployment/coredns",
      "Proxy/cluster",
    ]),
  );
});

let touches = 0;
/** Until a pass over the rendered components has ended that began after this. */
async function anotherPass(): Promise<void> {
  const count = () => passes.filter(({ controller }) => controller === "hosted-cluster-components").length;
  // The first to end may have begun before.
  for (const _ of ["first", "second"]) {
    const done = count();
    const metadata = { annotations: { touched: String(++touches) } };
    await management.patch(HostedControlPlane, "demo", namespace, { metadata });
    await until("another pass", () => count() > done);
  }
}

test("a further pass writes nothing", async () => {
  const isWithoutChange = async () => {
    await until("the loops to settle", quiet);
    const before = await versions();
    await anotherPass();
    await until("the loops to settle", quiet);
    return same(before, await versions());
  };
  // Several tries, because settling takes a slow machine long.
  await expect.poll(isWithoutChange, { timeout: 60_000 }).toBe(true);
}, 180_000);

test("loops that look again and again ask only whether the hosted API server answers", async () => {
  const asked: string[] = [];
  const counting = (kube: Kube, of: string) =>
    overrideKube(kube, {
      get: (kind, ...call) => {
        asked.push(`get ${kind.kind} ${of}`);
        return kube.get(kind, ...call);
      },
      list: (kind, ...call) => {
        asked.push(`list ${kind.kind} ${of}`);
        return kube.list(kind, ...call);
      },
      apply: (object, ...call) => {
        asked.push(`apply ${object.kind} ${of}`);
        return kube.apply(object, ...call);
      },
    });
  const options = {
    management: counting(own, "outside"),
    guest: counting(writer, "inside"),
    namespace,
    releaseOf: async () => aRelease,
    resolve: async () => addresses,
  };
  const often = [kubernetesService(options), dataPlaneConnection(options)].map((loop) => ({ ...loop, resyncMs: 50 }));
  const done: string[] = [];
  const end = new AbortController();
  const ended = runControllers(often, {
    kube: options.management,
    log: createLog({ write() {} }),
    signal: AbortSignal.any([stop.signal, end.signal]),
    onPass: ({ controller, result }) => result === "done" && done.push(controller),
  });
  const askedInPasses = async () => {
    asked.length = 0;
    done.length = 0;
    for (const { name } of often)
      await until(`passes of ${name}`, () => done.filter((controller) => controller === name).length > 3);
    return [...new Set(asked)];
  };
  await expect.poll(askedInPasses, { timeout: 60_000 }).toEqual(["list Node inside"]);
  end.abort();
  await ended;
});

test("what somebody changes or deletes comes back", async () => {
  await guest.patch(ConfigMap, "coredns", "kube-system", { data: { Corefile: "broken" } });
  await guest.delete(ClusterRoleBinding, "node-bootstrapper");
  await waitFor(
    guest,
    ConfigMap,
    "coredns",
    ({ data }) => data?.Corefile?.includes("kubernetes cluster.local") === true,
    {
      namespace: "kube-system",
    },
  );
  await waitFor(guest, ClusterRoleBinding, "node-bootstrapper", () => true);
});

test("a copy that somebody made of one of our objects stays", async () => {
  const original = await guest.get(ConfigMap, "coredns", "kube-system");
  const metadata = { name: "mine", namespace: "kube-system", labels: original?.metadata?.labels };
  await guest.create<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata, data: original?.data });
  await anotherPass();
  expect(await guest.get(ConfigMap, "mine", "kube-system")).toBeDefined();
});

test("the pull secret of the nodes takes up what the cluster's users add, and gives it back", async () => {
  const before = (await guest.get(Secret, "global-pull-secret", "kube-system"))?.data;
  const metadata = { name: "additional-pull-secret", namespace: "kube-system" };
  const stringData = { ".dockerconfigjson": '{"auths":{"b.example.com":{"auth":"YTpi"}}}' };
  await guest.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata, stringData });
  await waitFor(
    guest,
    Secret,
    "global-pull-secret",
    ({ data }) => Buffer.from(data?.[".dockerconfigjson"] ?? "", "base64").includes("b.example.com"),
    { namespace: "kube-system" },
  );
  await guest.delete(Secret, "additional-pull-secret", "kube-system");
  await waitFor(guest, Secret, "global-pull-secret", ({ data }) => JSON.stringify(data) === JSON.stringify(before), {
    namespace: "kube-system",
  });
});

test("an addition that cannot be read is left out, and its users are told", async () => {
  const metadata = { name: "additional-pull-secret", namespace: "kube-system" };
  const stringData = { ".dockerconfigjson": "hello" };
  await guest.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata, stringData });
  const reported =
    (reason: string) =>
    ({ status }: HostedControlPlane) =>
      findCondition(status?.conditions, "ConfigOperatorReconciliationSucceeded")?.reason === reason;
  await waitFor(management, HostedControlPlane, "demo", reported("InvalidConfiguration"), { namespace });
  // The API server itself may have something to tell of Services there.
  const events = (await guest.list(Event, { namespace: "kube-system" })).filter(
    ({ involvedObject }) => involvedObject.name === "additional-pull-secret",
  );
  expect(events.map(({ reason, message }) => [reason, message])).toEqual([
    ["InvalidPullSecret", "kube-system/additional-pull-secret is left out: its .dockerconfigjson is not JSON"],
  ]);
  await guest.delete(Secret, "additional-pull-secret", "kube-system");
  await waitFor(management, HostedControlPlane, "demo", reported("AsExpected"), { namespace });
});

test("the Service kubernetes leads to the API server's external address, and follows it", async () => {
  const leadsTo = (ip: string) => (slice: EndpointSlice) => slice.endpoints.some((each) => each.addresses.includes(ip));
  const slice = await waitFor(guest, EndpointSlice, "kubernetes", leadsTo("192.0.2.10"), { namespace: "default" });
  expect(slice.ports).toMatchObject([{ name: "https", port: 6443, protocol: "TCP" }]);
  addresses = ["192.0.2.11"];
  await guest.delete(Endpoints, "kubernetes", "default");
  await waitFor(guest, EndpointSlice, "kubernetes", leadsTo("192.0.2.11"), { namespace: "default" });
});

test("where the name does not resolve, the load balancer's own address serves", async () => {
  addresses = [];
  await guest.delete(Endpoints, "kubernetes", "default");
  await waitFor(guest, Endpoints, "kubernetes", ({ subsets }) => subsets?.[0]?.addresses?.[0]?.ip === "192.0.2.1", {
    namespace: "default",
  });
});

test("agents of konnectivity that somebody has started anew get another address on their node than the former ones", async () => {
  const where = { namespace: "kube-system" };
  const listensAt = ({ spec }: DaemonSet) =>
    spec?.template.spec?.containers[0]?.command?.find((each) => each.startsWith("--health-server-host="));
  const before = listensAt(await waitFor(guest, DaemonSet, "konnectivity-agent", () => true, where));
  expect(before).toBeDefined();
  // As `kubectl rollout restart` does.
  const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
  const template = { metadata: { annotations } };
  await guest.patch(DaemonSet, "konnectivity-agent", "kube-system", { spec: { template } });
  const moved = (each: DaemonSet) => listensAt(each) !== before;
  const after = await waitFor(guest, DaemonSet, "konnectivity-agent", moved, where);
  expect(after.spec?.template.metadata?.annotations).toMatchObject(annotations);
});

test("what is no longer rendered is deleted", async () => {
  const spec = { networking: { ...networking, networkType: "Other" } };
  await management.patch(HostedControlPlane, "demo", namespace, { spec });
  await waitForGone(guest, DaemonSet, "kube-flannel", { namespace: "kube-system" });
  expect(await guest.get(DaemonSet, "kube-proxy", "kube-system")).toBeDefined();
  await management.patch(HostedControlPlane, "demo", namespace, { spec: { networking } });
  await waitFor(guest, DaemonSet, "kube-flannel", () => true, { namespace: "kube-system" });
});

test("while the control plane is paused nothing is put right, and everything is when the pause ends", async () => {
  await management.patch(HostedControlPlane, "demo", namespace, { spec: { pausedUntil: "true" } });
  await anotherPass();
  await guest.patch(ConfigMap, "coredns", "kube-system", { data: { Corefile: "mine" } });
  await anotherPass();
  expect((await guest.get(ConfigMap, "coredns", "kube-system"))?.data?.Corefile).toBe("mine");
  // But for what nodes are cut off without.
  const hash = (each?: DaemonSet) => each?.spec?.template.metadata?.annotations?.[configHashAnnotation];
  const agents = () => guest.get(DaemonSet, "konnectivity-agent", "kube-system");
  const before = hash(await agents());
  await management.apply<Secret>(secret("konnectivity-agent", { "tls.crt": "c2", "tls.key": "k", "ca.crt": "a" }));
  await waitFor(guest, DaemonSet, "konnectivity-agent", (each) => hash(each) !== before, { namespace: "kube-system" });
  expect(textOf(await guest.get(Secret, "konnectivity-agent", "kube-system"), "tls.crt")).toBe("c2");
  await anotherPass();
  expect((await guest.get(ConfigMap, "coredns", "kube-system"))?.data?.Corefile).toBe("mine");
  await management.patch(HostedControlPlane, "demo", namespace, { spec: { pausedUntil: null } });
  await waitFor(guest, ConfigMap, "coredns", ({ data }) => data?.Corefile !== "mine", { namespace: "kube-system" });
});

test("the version is partial until everything runs, and completed then, in the cluster and outside", async () => {
  const version = await waitFor(
    guest,
    ClusterVersion,
    "version",
    ({ status }) => status?.history?.[0]?.state === "Partial",
  );
  expect(findCondition(version.status?.conditions, "Progressing")?.message).toContain("waiting on");

  for (const name of ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"]) {
    const { apiVersion, kind } = ControlPlaneComponent;
    await management.create<ControlPlaneComponent>({ apiVersion, kind, metadata: { name, namespace } });
    const good = { status: "True", reason: "AsExpected", message: "", lastTransitionTime: "2026-11-21T10:00:00Z" };
    const conditions = [
      { ...good, type: "Available" },
      { ...good, type: "RolloutComplete" },
    ];
    await management.patch(
      ControlPlaneComponent,
      name,
      namespace,
      { status: { version: "1.34.4", conditions } },
      { subresource: "status" },
    );
  }
  for (const name of nodeAgents) {
    const generation = (await guest.get(DaemonSet, name, "kube-system"))?.metadata?.generation;
    const status = {
      observedGeneration: generation,
      desiredNumberScheduled: 2,
      currentNumberScheduled: 2,
      numberMisscheduled: 0,
      numberReady: 2,
      updatedNumberScheduled: 2,
      numberAvailable: 2,
    };
    await guest.patch(DaemonSet, name, "kube-system", { status }, { subresource: "status" });
  }
  const generation = (await guest.get(Deployment, "coredns", "kube-system"))?.metadata?.generation;
  const status = {
    observedGeneration: generation,
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
  };
  await guest.patch(Deployment, "coredns", "kube-system", { status }, { subresource: "status" });

  await waitFor(guest, ClusterVersion, "version", (each) => each.status?.history?.[0]?.state === "Completed");
  expect((await guest.list(ClusterOperator)).map(({ metadata }) => metadata?.name).sort()).toEqual([
    "dns",
    "etcd",
    "konnectivity",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "network",
  ]);
  const plane = await waitFor(
    management,
    HostedControlPlane,
    "demo",
    (each) => each.status?.versionStatus?.history?.[0]?.state === "Completed",
    { namespace },
  );
  expect(plane.status?.versionStatus?.history?.[0]?.image).toBe(aRelease.pullSpec);
  expect(findCondition(plane.status?.conditions, "ClusterVersionAvailable")?.status).toBe("True");
  expect(findCondition(plane.status?.conditions, "ClusterVersionProgressing")?.status).toBe("False");
});

async function request(
  signer: string,
  user: string,
  groups: string[],
  names: x509.JsonGeneralName[] = [],
): Promise<string> {
  x509.cryptoProvider.set(webcrypto as never);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: "O=system:nodes, CN=system:node:worker-1",
    keys: keys as never,
    signingAlgorithm: algorithm,
    extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
  });
  const as = await server.kubeAs(user, [...groups, "system:authenticated"]);
  const usage = signer.endsWith("serving") ? "server auth" : "client auth";
  const { metadata } = await as.create<CertificateSigningRequest>({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { generateName: "csr-" },
    spec: {
      request: Buffer.from(made.toString("pem")).toString("base64"),
      signerName: `kubernetes.io/${signer}`,
      usages: ["digital signature", usage],
    },
  });
  as.close();
  return metadata?.name ?? "";
}

const decided =
  (type: string) =>
  ({ status }: CertificateSigningRequest) =>
    status?.conditions?.some((condition) => condition.type === type) === true;

test("a machine gets its certificates once its Machine is there, and labels of its pool once it is a node", async () => {
  const machineMetadata = {
    name: "demo-1",
    namespace,
    labels: { "hypershift.openshift.io/nodePool": "demo", "managed.hypershift.openshift.io.team": "red" },
  };
  const spec = {
    clusterName: "demo",
    bootstrap: { dataSecretName: "user-data" },
    infrastructureRef: { apiGroup: "capi-provider.agent-install.openshift.io", kind: "AgentMachine", name: "a" },
  };
  const infrastructureRef = {
    apiGroup: "capi-provider.agent-install.openshift.io",
    kind: "AgentCluster",
    name: "demo",
  };
  await management.create<Cluster>({
    apiVersion: Cluster.apiVersion,
    kind: Cluster.kind,
    metadata: { name: "demo", namespace },
    spec: { infrastructureRef },
  });

  const early = await request("kube-apiserver-client-kubelet", "system:bootstrapper", ["system:bootstrappers"]);
  await until("a reason in the log", () =>
    logged.some((line) => line.name === early && String(line.waitingFor).includes("no Machine")),
  );
  await management.create<Machine>({
    apiVersion: Machine.apiVersion,
    kind: Machine.kind,
    metadata: machineMetadata,
    spec,
  });
  const status = {
    addresses: [
      { type: "Hostname", address: "worker-1" },
      { type: "InternalIP", address: "192.0.2.21" },
    ],
  };
  await management.patch(Machine, "demo-1", namespace, { status }, { subresource: "status" });
  await waitFor(guest, CertificateSigningRequest, early, decided("Approved"));

  const second = await request("kube-apiserver-client-kubelet", "system:bootstrapper", ["system:bootstrappers"]);
  await until("a reason in the log", () =>
    logged.some((line) => line.name === second && String(line.waitingFor).includes("another key")),
  );

  const annotations = { "cluster.x-k8s.io/machine": "demo-1" };
  await guest.create<Node>({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "worker-1", annotations, labels: { mine: "1" } },
  });
  await management.patch(
    Machine,
    "demo-1",
    namespace,
    { status: { nodeRef: { name: "worker-1" } } },
    { subresource: "status" },
  );
  await waitFor(
    guest,
    Node,
    "worker-1",
    ({ metadata }) => metadata?.labels?.team === "red" && metadata.labels.mine === "1",
  );

  const serving = await request(
    "kubelet-serving",
    "system:node:worker-1",
    ["system:nodes"],
    [
      { type: "dns", value: "worker-1" },
      { type: "ip", value: "192.0.2.21" },
    ],
  );
  await waitFor(guest, CertificateSigningRequest, serving, decided("Approved"));
  const forged = await request(
    "kubelet-serving",
    "system:node:worker-2",
    ["system:nodes"],
    [{ type: "dns", value: "worker-1" }],
  );
  const { status: denied } = await waitFor(guest, CertificateSigningRequest, forged, decided("Denied"));
  expect(denied?.conditions?.[0]?.message).toContain("system:node:worker-2 asks");

  const labels = { "managed.hypershift.openshift.io.team": null };
  await management.patch(Machine, "demo-1", namespace, { metadata: { labels } });
  await waitFor(
    guest,
    Node,
    "worker-1",
    ({ metadata }) => metadata?.labels?.team === undefined && metadata?.labels?.mine === "1",
  );
});

test("the connection to the nodes is reported as it is", async () => {
  const plane = await waitFor(
    management,
    HostedControlPlane,
    "demo",
    ({ status }) =>
      findCondition(status?.conditions, "DataPlaneConnectionAvailable")?.reason === "KonnectivityAgentPodsNotFound",
    { namespace },
  );
  expect(plane.status?.nodeCount).toBe(1);
});

test("each condition says which generation it is about", async () => {
  const plane = await management.get(HostedControlPlane, "demo", namespace);
  const conditions = plane?.status?.conditions ?? [];
  expect(conditions.map(({ type }) => type)).toContain("ClusterVersionSucceeding");
  expect(conditions.map(({ type }) => type)).toContain("DataPlaneConnectionAvailable");
  expect(conditions.filter(({ observedGeneration }) => observedGeneration === undefined)).toEqual([]);
});

test("a dead kubelet and a lost DNS are said at once, and a hosted API that is away makes what was found old", async () => {
  const says = (type: string, status: string, part = "") =>
    waitFor(
      management,
      HostedControlPlane,
      "demo",
      (each) => {
        const condition = findCondition(each.status?.conditions, type);
        return condition?.status === status && condition.message.includes(part);
      },
      { namespace, what: `say ${type}=${status} ${part}`, timeoutMs: 50_000 },
    );
  const [node] = await guest.list(Node);
  const name = node?.metadata?.name ?? "";
  const kubelet = async (status: string) => {
    const lastTransitionTime = new Date().toISOString();
    const conditions = [{ type: "Ready", status, reason: "NodeStatusUnknown", lastTransitionTime }];
    await guest.patch(Node, name, undefined, { status: { conditions } }, { subresource: "status" });
  };
  // As kube-controller-manager marks a node that has not reported for 50 s.
  await kubelet("Unknown");
  const silent = await says("ControlPlaneConnectionAvailable", "False", name);
  const nodes = silent.status?.nodeCount ?? 0;
  expect(silent.status?.reportingNodeCount).toBe(nodes - 1);
  await kubelet("True");
  const well = await says("ControlPlaneConnectionAvailable", "True");
  expect(well.status?.reportingNodeCount).toBe(nodes);
  const status = { replicas: 2, unavailableReplicas: 2, readyReplicas: 0, availableReplicas: 0 };
  await guest.patch(Deployment, "coredns", "kube-system", { status }, { subresource: "status" });
  await says("ControlPlaneConnectionAvailable", "False", "DNS");
  await server.kill();
  await says("ControlPlaneConnectionAvailable", "Unknown", "cannot be asked");
  await server.start();
  await says("ControlPlaneConnectionAvailable", "False", "DNS");
}, 150_000);

test.each<[string, () => Promise<unknown>]>([
  ["changed", () => guest.patch(Infrastructure, "cluster", undefined, { spec: { platformSpec: { type: "AWS" } } })],
  [
    "changed in its status",
    () => guest.patch(Infrastructure, "cluster", undefined, { status: { platform: "AWS" } }, { subresource: "status" }),
  ],
  ["deleted", () => guest.delete(ClusterVersion, "version")],
  ["moved to a release", () => guest.patch(ClusterVersion, "version", undefined, { spec: { channel: "fast" } })],
  [
    "added to",
    () =>
      guest.create({
        apiVersion: ClusterVersion.apiVersion,
        kind: "Proxy",
        metadata: { name: "mine" },
        spec: {},
      } as never),
  ],
])(
  "what is projected cannot be %s by the cluster's administrator, and a sentence says where it can",
  async (_, act) => {
    await waitFor(guest, ClusterVersion, "version", () => true);
    await expect(act()).rejects.toThrow("projected from the HostedCluster and cannot be changed here");
  },
);

const guards = ["ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicy"].map(
  (kind) => renderedKinds.find((each) => each.kind === kind) as Kind,
);

test("the guard of what is projected is there again as soon as an administrator deletes it", async () => {
  for (const kind of guards) {
    const name = "hosted-cluster-configuration";
    const { metadata } = await waitFor(guest, kind, name, () => true);
    await guest.delete(kind, name);
    await waitFor(guest, kind, name, (object) => object.metadata?.uid !== metadata?.uid);
  }
});

test("what an administrator changes while the guard is away is put back with it, additions too", async () => {
  const before = await waitFor(guest, Infrastructure, "cluster", ({ status }) => status !== undefined);
  const history = (await waitFor(guest, ClusterVersion, "version", ({ status }) => Boolean(status?.history?.length)))
    .status?.history;
  const pause = (pausedUntil: string | null) =>
    management.patch(HostedControlPlane, "demo", namespace, { spec: { pausedUntil } });
  // A pass that began before the pause may bring the guard back.
  const attempt = async (act: () => Promise<unknown>) => {
    for (const kind of guards) await guest.delete(kind, "hosted-cluster-configuration");
    await act();
  };
  const tries = async (act: () => Promise<unknown>) => {
    await expect.poll(() => attempt(act).then(() => "done", String), { timeout: 60_000, interval: 200 }).toBe("done");
  };
  // So that the guard stays away until all is changed.
  await pause("true");
  await waitFor(management, HostedControlPlane, "demo", ({ spec }) => spec.pausedUntil === "true", { namespace });
  const spec = { platformSpec: { type: "AWS" }, mine: "added" };
  await tries(() => guest.patch(Infrastructure, "cluster", undefined, { spec }));
  const forged = { platform: "AWS", mine: "added" };
  await tries(() => guest.patch(Infrastructure, "cluster", undefined, { status: forged }, { subresource: "status" }));
  const entry = { ...history?.[0], version: "9.9.9", state: "Completed" };
  const status = { history: [entry] };
  await tries(() => guest.patch(ClusterVersion, "version", undefined, { status }, { subresource: "status" }));
  await pause(null);
  const isBack = ({ spec, status }: Infrastructure) =>
    same({ spec, status }, { spec: before.spec, status: before.status });
  await waitFor(guest, Infrastructure, "cluster", isBack, { describe: (object) => JSON.stringify(object) });
  const isAsBefore = (version: ClusterVersion) => JSON.stringify(version.status?.history) === JSON.stringify(history);
  await waitFor(guest, ClusterVersion, "version", isAsBefore, {
    describe: (object) => `${JSON.stringify(object)} and not ${JSON.stringify(history)}`,
  });
  for (const kind of guards) await waitFor(guest, kind, "hosted-cluster-configuration", () => true);
}, 150_000);

test("labels and annotations of what is projected are everybody's, and so are further ClusterOperators", async () => {
  await guest.patch(Infrastructure, "cluster", undefined, { metadata: { labels: { team: "red" } } });
  await guest.create({
    apiVersion: ClusterOperator.apiVersion,
    kind: "ClusterOperator",
    metadata: { name: "of-a-user" },
    spec: {},
  } as unknown as ClusterOperator);
  await guest.delete(ClusterOperator, "of-a-user");
});

test("nodes get the authorities that they are to trust, and it is said how many have those after a rotation", async () => {
  const former = createAuthority("root-ca", new Date());
  const bridge = bridgeTo(createAuthority("root-ca", new Date()).certificate, former, new Date());
  const trust = ({ status }: HostedControlPlane) => findCondition(status?.conditions, "NodesTrustAuthorities");
  const says = (status: string) =>
    waitFor(management, HostedControlPlane, "demo", (plane) => trust(plane)?.status === status, { namespace });
  const daemonSet = () => guest.get(DaemonSet, "node-authorities", "kube-system");
  const hash = (each?: DaemonSet) => JSON.stringify(each?.spec?.template.metadata?.annotations);
  const before = await daemonSet();
  await management.create<Secret>(secret("root-ca", { "bridge-ca.crt": bridge }));
  await management.apply(authority("root-ca", "former\npresent\n"));
  await waitFor(guest, DaemonSet, "node-authorities", (each) => hash(each) !== hash(before), {
    namespace: "kube-system",
  });
  expect((await guest.get(ConfigMap, "node-authorities", "kube-system"))?.data).toEqual({
    "api-server.crt": "former\npresent\n",
    "kubelet-clients.crt": "former\n",
  });
  expect(trust(await says("False"))?.reason).toBe("NodesOutdated");
  // Nothing is known of a node that has said nothing: the others do not wait for it.
  await guest.create<Node>({ apiVersion: "v1", kind: "Node", metadata: { name: "silent" } });
  const notReady = (await guest.list(Node)).filter(({ status }) => !isTrue(status?.conditions, "Ready")).length;
  // The change of a status stands for that of the pods of the node, which is when nodes are looked at again.
  await guest.patch(
    DaemonSet,
    "node-authorities",
    "kube-system",
    { status: { numberUnavailable: 1 } },
    { subresource: "status" },
  );
  const goesOn = ({ spec }: DaemonSet) => spec?.updateStrategy?.rollingUpdate?.maxUnavailable === 1 + notReady;
  const after = await waitFor(guest, DaemonSet, "node-authorities", goesOn, { namespace: "kube-system" });
  await waitFor(guest, DaemonSet, "kube-proxy", goesOn, { namespace: "kube-system" });
  const status = { ...after.status, observedGeneration: after.metadata?.generation };
  await guest.patch(DaemonSet, "node-authorities", "kube-system", { status }, { subresource: "status" });
  await says("True");
  await guest.delete(Node, "silent");
});
