import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { Cluster, MachineDeployment } from "../src/api/cluster-api.ts";
import { HostedCluster, NodePool } from "../src/api/index.ts";
import { ownerAnnotation } from "../src/api/owned-namespace.ts";
import { type Condition, findCondition } from "../src/kube/conditions.ts";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import {
  CertificateSigningRequest,
  Deployment,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  Secret,
  Service,
} from "../src/kube/kinds.ts";
import type { Resource } from "../src/kube/resource.ts";
import { waitFor, waitForGone } from "../src/kube/wait-for.ts";
import { connect, demoKubeconfig, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { attempt, hcp, root, run } from "./shell.ts";

// Probes 6, 7, 13 to 17 and 19 of the review of tenant isolation, on the running environment: what the
// administrator of the hosted cluster demo, the root of its workers and its pods hold, and what authors of other
// HostedClusters write.

const folder = mkdtempSync(join(tmpdir(), "roost-e2e-tenant-"));
const plane = "clusters-demo";
// Another tenant's cluster. The names of a third one, in a namespace of its own, join to the same text.
const victim = { namespace: "e2e-tenant-a", name: "b" };
const collider = { namespace: "e2e-tenant", name: "a-b" };
const victimPlane = "e2e-tenant-a-b";
const victimHost = "victim.e2e.roost.test";
const worker = "host-1";
/** What nobody may find again: parts of secrets that clusters here are made with. */
const canaries = { pull: "canary-of-the-pull-secret", broken: "canary-of-a-broken-secret" };
let management: ReplaceableKube;
let demo: ReplaceableKube;

beforeAll(async () => {
  [management, demo] = await Promise.all([connect(managementKubeconfig), connect(demoKubeconfig)]);
  const pullSecret = join(folder, "pull-secret.json");
  const auth = Buffer.from(`somebody:${canaries.pull}`).toString("base64");
  writeFileSync(pullSecret, JSON.stringify({ auths: { "registry.example.com": { auth } } }), { mode: 0o600 });
  for (const { namespace: name } of [victim, collider]) {
    await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  const { namespace, name } = victim;
  const flags = [
    "--pull-secret",
    pullSecret,
    "--agent-namespace",
    namespace,
    "--kas-dns-name",
    victimHost,
    "--node-upgrade-type",
    "Replace",
  ];
  await hcp("create", "cluster", "agent", "--name", name, "-n", namespace, ...flags);
  await waitFor(management, HostedCluster, name, says("KubeAPIServerAvailable", "True"), {
    namespace,
    timeoutMs: 180_000,
  });
});

afterAll(async () => {
  await management.delete(HostedCluster, collider.name, collider.namespace);
  await attempt("./hcp", ["destroy", "cluster", "agent", "--name", victim.name, "-n", victim.namespace]);
  await management.delete(Namespace, victim.namespace);
  await management.delete(Namespace, collider.namespace);
  for (const name of requests) await demo.delete(CertificateSigningRequest, name);
  management.close();
  demo.close();
  rmSync(folder, { recursive: true });
});

const says =
  (type: string, status: string, part = "") =>
  (object: Resource): boolean => {
    const conditions = (object as { status?: { conditions?: Condition[] } }).status?.conditions;
    const condition = findCondition(conditions, type);
    return condition?.status === status && condition.message.includes(part);
  };
const kubectl = (...words: string[]) => run("kubectl", ["--kubeconfig", managementKubeconfig, ...words]);
const onWorker = (...words: string[]) => hcp("local", "shell", worker, "--", ...words);
const secretOf = async (name: string, namespace: string) => {
  const { data = {} } = (await management.get(Secret, name, namespace)) ?? {};
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]));
};

/** What somebody proves who they are with. */
interface Credential {
  cert?: string;
  key?: string;
  token?: string;
}

interface Kubeconfig {
  users: { user: { "client-certificate-data"?: string; "client-key-data"?: string } }[];
}

function credentialOf(kubeconfig: string): Credential {
  const { user } = (parse(kubeconfig) as Kubeconfig).users[0] ?? { user: {} };
  const text = (data = "") => Buffer.from(data, "base64").toString();
  return { cert: text(user["client-certificate-data"]), key: text(user["client-key-data"]) };
}

/** What a machine would fetch now: the one that is still on a worker is valid for its first day only. */
async function bootstrapCredential(): Promise<Credential> {
  return credentialOf((await secretOf("bootstrap-kubeconfig", plane)).kubeconfig ?? "");
}

/** The status that an API server gives to the holder of a credential. */
function statusFor({ cert, key, token }: Credential, server: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const options = { cert, key, headers, agent: false, rejectUnauthorized: false, timeout: 30_000 };
    const outgoing = request(new URL("/api/v1/namespaces", server), options, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`${server}: no answer in 30 s`)));
    outgoing.on("error", reject).end();
  });
}

/** What a server that wants certificates makes of one: it goes on, or says what it thinks of it. */
function tlsVerdict({ cert, key }: Credential, host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({ host, port, cert, key, rejectUnauthorized: false, ALPNProtocols: ["h2"] });
    socket.setTimeout(30_000, () => socket.destroy(new Error("silence")));
    // A server of HTTP/2 speaks first, once it has accepted who asks.
    socket.once("data", () => {
      socket.destroy();
      resolve("accepted");
    });
    socket.on("error", (error) => resolve(error.message));
    socket.on("end", () => resolve("closed"));
  });
}

/** Where a published service of a control plane is reached. */
function endpointOf(service: string, namespace: string): Promise<{ host: string; port: number }> {
  return eventually(`an address of ${service}`, 60, async () => {
    const { spec, status } = (await management.get(Service, service, namespace)) ?? {};
    const [port] = spec?.ports ?? [];
    const ip = status?.loadBalancer?.ingress?.[0]?.ip;
    if (ip && port) return { host: ip, port: port.port };
    return port?.nodePort ? { host: new URL(management.server).hostname, port: port.nodePort } : undefined;
  });
}

test("probe 6: what a tenant's administrator, workers and pods hold gets them in at home, and nowhere else", async () => {
  const pem = await onWorker("cat", "/var/lib/kubelet/pki/kubelet-client-current.pem");
  const held: Record<string, Credential> = {
    administrator: credentialOf(readFileSync(demoKubeconfig, "utf8")),
    node: { cert: pem, key: pem },
    bootstrap: await bootstrapCredential(),
    pod: { token: (await run("kubectl", ["--kubeconfig", demoKubeconfig, "create", "token", "default"])).trim() },
  };
  const { host, port } = await endpointOf("kube-apiserver", victimPlane);
  const other = `https://${host}:${port}`;
  for (const [who, credential] of Object.entries(held)) {
    const at = (server: string) => statusFor(credential, server);
    expect(`${who}: ${await at(demo.server)}`).toMatch(/: (200|403)$/);
    expect(`${who}: ${await at(other)}, ${await at(management.server)}`).toBe(`${who}: 401, 401`);
  }
});

test("probe 6: a tenant's konnectivity agents are refused by another tenant's server", async () => {
  const of = async (namespace: string) => {
    const { "tls.crt": cert, "tls.key": key } = await secretOf("konnectivity-agent", namespace);
    return { cert, key };
  };
  const { host, port } = await endpointOf("konnectivity-server", victimPlane);
  expect(await tlsVerdict(await of(victimPlane), host, port)).toBe("accepted");
  expect(await tlsVerdict(await of(plane), host, port)).toMatch(/alert|reset|closed/);
});

/** Requests for certificates that were made here. */
const requests: string[] = [];
interface AskedFor {
  name: string;
  signer: "kube-apiserver-client-kubelet" | "kubelet-serving";
  subject: string;
  addresses?: string[];
  by: Credential;
}

/** Asks for a certificate as the holder of a credential. */
async function ask({ name, signer, subject, addresses = [], by }: AskedFor): Promise<string> {
  const file = join(folder, name);
  await run("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${file}.key`]);
  const alternatives = addresses.map((each) => `IP:${each}`).join();
  const extensions = alternatives ? ["-addext", `subjectAltName=${alternatives}`] : [];
  const words = ["-new", "-key", `${file}.key`, "-subj", subject, ...extensions];
  const pem = await run("openssl", ["req", ...words]);
  const usage = signer === "kubelet-serving" ? "server auth" : "client auth";
  const kubeconfig = `${file}.kubeconfig`;
  const data = (text = "") => Buffer.from(text).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: demo.server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { "client-certificate-data": data(by.cert), "client-key-data": data(by.key) } }],
  };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  const csr = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: `e2e-tenant-${name}` },
    spec: { signerName: `kubernetes.io/${signer}`, usages: ["digital signature", usage], request: data(pem) },
  };
  requests.push(csr.metadata.name);
  await run("kubectl", ["--kubeconfig", kubeconfig, "create", "-f", "-"], JSON.stringify(csr));
  return csr.metadata.name;
}

const isApproved = ({ status }: CertificateSigningRequest) =>
  status?.conditions?.some(({ type }) => type === "Approved") ?? false;

test("probe 7: a worker's root gets no certificate of another node, of none, of an administrator, or for the API's address", async () => {
  const bootstrap = await bootstrapCredential();
  const pem = await onWorker("cat", "/var/lib/kubelet/pki/kubelet-client-current.pem");
  const own = (await onWorker("hostname")).trim();
  const nodes = await demo.list(Node);
  const mine = nodes.find(({ metadata }) => metadata?.name === own);
  const other = nodes.find(({ metadata }) => metadata?.name !== own)?.metadata?.name ?? "";
  const addresses = (mine?.status?.addresses ?? []).flatMap(({ type, address }) =>
    type === "InternalIP" ? [address] : [],
  );
  expect([mine?.metadata?.name, other !== "", addresses.length]).toEqual([own, true, 1]);
  const client = { signer: "kube-apiserver-client-kubelet", by: bootstrap } as const;
  const serving = { signer: "kubelet-serving", by: { cert: pem, key: pem } } as const;
  const subject = `/O=system:nodes/CN=system:node:${own}`;
  const { host: api } = await endpointOf("kube-apiserver", plane);
  const forged = [
    await ask({ ...client, name: "own-again", subject }),
    await ask({ ...client, name: "other-node", subject: `/O=system:nodes/CN=system:node:${other}` }),
    await ask({ ...client, name: "no-machine", subject: "/O=system:nodes/CN=system:node:10.90.255.254" }),
    await ask({ ...client, name: "masters", subject: "/O=system:masters/CN=system:node:x" }),
    await ask({ ...client, name: "masters-too", subject: `/O=system:nodes/O=system:masters/CN=system:node:${own}` }),
    await ask({ ...serving, name: "api-address", subject, addresses: [...addresses, api] }),
  ];
  // Requests are answered one after the other: once this is approved, those before it were looked at.
  const good = await ask({ ...serving, name: "good", subject, addresses });
  await waitFor(demo, CertificateSigningRequest, good, isApproved, { timeoutMs: 120_000, what: "be approved" });
  for (const name of forged) {
    const csr = await demo.get(CertificateSigningRequest, name);
    expect([name, isApproved(csr as CertificateSigningRequest), csr?.status?.certificate]).toEqual([
      name,
      false,
      undefined,
    ]);
  }
});

/** A cluster of somebody else's, like the victim's but for what is given. */
async function otherCluster(name: string, spec: object = {}, metadata: object = {}): Promise<HostedCluster> {
  const like = (await management.get(HostedCluster, victim.name, victim.namespace)) as HostedCluster;
  const { infraID: _, clusterID: __, kubeAPIServerDNSName: ___, secretEncryption: ____, ...rest } = like.spec;
  return {
    apiVersion: HostedCluster.apiVersion,
    kind: HostedCluster.kind,
    metadata: { name, namespace: collider.namespace, ...metadata },
    spec: { ...rest, platform: { type: "None" }, pullSecret: { name: "pull" }, ...spec },
  } as HostedCluster;
}

async function deleteCluster(name: string, namespace: string): Promise<void> {
  await management.delete(HostedCluster, name, namespace);
  await waitForGone(management, HostedCluster, name, { namespace, timeoutMs: 120_000 });
}

const versionsOf = async () => {
  const clusters = await management.list(Cluster, { namespace: victimPlane });
  const deployments = await management.list(MachineDeployment, { namespace: victimPlane });
  const namespace = (await management.get(Namespace, victimPlane)) as Resource;
  // Not the resourceVersion: Cluster API writes their status whenever it has looked at them.
  return [namespace, ...clusters, ...deployments].map(({ kind, metadata = {} }) => {
    const { name, uid, generation, deletionTimestamp, annotations, labels } = metadata;
    return JSON.stringify([kind, name, uid, generation, deletionTimestamp, annotations, labels]);
  });
};

test("probe 13: a HostedCluster and a NodePool whose names join to another's change nothing of it, whatever is done to them", async () => {
  const where = { namespace: collider.namespace, timeoutMs: 120_000 };
  await eventually("the victim's machines have settled", 60, async () => {
    const [deployment] = await management.list(MachineDeployment, { namespace: victimPlane });
    const [cluster] = await management.list(Cluster, { namespace: victimPlane });
    const { observedGeneration } = deployment?.status ?? {};
    const hasEndpoint = Boolean(cluster?.spec?.controlPlaneEndpoint?.host);
    return hasEndpoint && observedGeneration === deployment?.metadata?.generation;
  });
  await management.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "pull", namespace: collider.namespace },
    data: { ".dockerconfigjson": Buffer.from('{"auths":{}}').toString("base64") },
  });
  const before = await versionsOf();
  expect(before).toHaveLength(3);
  await management.create(await otherCluster(collider.name));
  await waitFor(management, HostedCluster, collider.name, says("ReconciliationSucceeded", "False", victimPlane), where);
  const pool = (await management.get(NodePool, "b", victim.namespace)) as NodePool;
  const namesake = { name: "b", namespace: collider.namespace };
  await management.create<NodePool>({
    apiVersion: NodePool.apiVersion,
    kind: NodePool.kind,
    metadata: namesake,
    spec: { ...pool.spec, clusterName: collider.name, replicas: 3 },
  } as NodePool);
  await waitFor(management, NodePool, "b", ({ status }) => (status?.conditions ?? []).length > 0, where);
  await management.patch(HostedCluster, collider.name, collider.namespace, { spec: { pausedUntil: "true" } });
  await waitFor(management, HostedCluster, collider.name, says("ReconciliationActive", "False"), where);
  await management.patch(HostedCluster, collider.name, collider.namespace, { spec: { pausedUntil: null } });
  await management.delete(NodePool, "b", collider.namespace);
  await waitForGone(management, NodePool, "b", where);
  await deleteCluster(collider.name, collider.namespace);
  expect(await versionsOf()).toEqual(before);
  const owner = (await management.get(Namespace, victimPlane))?.metadata?.annotations?.[ownerAnnotation];
  expect(owner).toBe(`${victim.namespace}/${victim.name}`);
});

test("probe 17: a host name is one cluster's only, and a reference does not take the place of a control plane's key", async () => {
  const where = { namespace: collider.namespace, timeoutMs: 120_000 };
  await management.create(await otherCluster("second", { kubeAPIServerDNSName: victimHost }));
  await waitFor(management, HostedCluster, "second", says("ValidConfiguration", "False", victimHost), where);
  await management.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "root-ca", namespace: collider.namespace },
    data: { key: Buffer.alloc(32).toString("base64") },
  });
  const aescbc = { activeKey: { name: "root-ca" } };
  await management.create(await otherCluster("keys", { secretEncryption: { type: "aescbc", aescbc } }));
  await waitFor(management, HostedCluster, "keys", says("ValidConfiguration", "False", "root-ca"), where);
  for (const name of ["second", "keys"]) {
    expect(await management.get(Namespace, `${collider.namespace}-${name}`)).toBeUndefined();
    await deleteCluster(name, collider.namespace);
  }
});

test("probe 16: a release in a registry of an author's choosing is refused, and that registry hears nothing", async () => {
  const gateway = new URL(management.server).hostname.replace(/\d+$/, "1");
  let asked = 0;
  const registry = createServer((socket) => {
    asked++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => registry.listen(0, gateway, resolve));
  const { port } = registry.address() as AddressInfo;
  const image = `${gateway}:${port}/roost/release:1.34.4`;
  const { namespace } = collider;
  try {
    await management.create(await otherCluster("elsewhere", { release: { image } }));
    await waitFor(management, HostedCluster, "elsewhere", says("ValidReleaseImage", "False", image), {
      namespace,
      timeoutMs: 120_000,
    });
    expect(asked).toBe(0);
    // It could have been heard.
    await hcp("local", "shell", "mgmt", "--", "bash", "-c", `exec 3<>/dev/tcp/${gateway}/${port}`);
    await expect.poll(() => asked).toBe(1);
  } finally {
    await deleteCluster("elsewhere", namespace);
    registry.close();
  }
});

/** kubectl as a ServiceAccount, by a token that its pods could hold. */
async function as(account: string, namespace: string) {
  const token = (await kubectl("create", "token", account, "-n", namespace)).trim();
  const file = join(folder, `${namespace}-${account}.kubeconfig`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: management.server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { token } }],
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return (words: string[], input = "") => attempt("kubectl", ["--kubeconfig", file, ...words], input);
}

const privileged = {
  hostPID: true,
  hostNetwork: true,
  containers: [{ name: "x", image: "x", securityContext: { privileged: true } }],
  volumes: [{ name: "host", hostPath: { path: "/" } }],
};

test("probe 14: neither an author's annotations nor the control-plane-operator's token bring about a pod with power over the node", async () => {
  const { name, namespace } = victim;
  const where = { namespace, timeoutMs: 90_000 };
  const operatorImage = async () =>
    (await management.get(Deployment, "control-plane-operator", victimPlane))?.spec?.template.spec?.containers[0]
      ?.image;
  const image = await operatorImage();
  const annotate = (annotations: object) =>
    management.patch(HostedCluster, name, namespace, { metadata: { annotations } });
  for (const [annotation, value] of [
    ["hypershift.openshift.io/control-plane-operator-image", "registry.example.com/mine:1"],
    ["hypershift.openshift.io/pod-security-admission-label-override", "privileged"],
  ] as const) {
    await annotate({ [annotation]: value });
    const part = annotation.split("/")[1] ?? "";
    await waitFor(management, HostedCluster, name, says("ValidConfiguration", "False", part), where);
    await annotate({ [annotation]: null });
    await waitFor(management, HostedCluster, name, says("ValidConfiguration", "True"), where);
  }
  expect(await operatorImage()).toBe(image);

  const operator = await as("control-plane-operator", victimPlane);
  const metadata = { name: "e2e-privileged", namespace: victimPlane };
  const pod = { apiVersion: "v1", kind: "Pod", metadata, spec: privileged };
  const refused = await operator(["create", "-f", "-"], JSON.stringify(pod));
  expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("forbidden") });
  const labels = { e2e: "privileged" };
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: privileged } };
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec };
  expect(await operator(["create", "-f", "-"], JSON.stringify(deployment))).toMatchObject({ status: 0 });
  try {
    const failure = await eventually("the ReplicaSet says why it has no pod", 60, async () => {
      const [set] = await management.list(ReplicaSet, { namespace: victimPlane, labels });
      return set?.status?.conditions?.find(({ type }) => type === "ReplicaFailure")?.message;
    });
    expect(failure).toContain('violates PodSecurity "restricted');
    expect(await kubectl("get", "pods", "-n", victimPlane, "-l", "e2e=privileged", "-o", "name")).toBe("");
  } finally {
    await management.delete(Deployment, metadata.name, victimPlane);
  }
});

interface Rule {
  apiGroups?: string[];
  resources?: string[];
  verbs: string[];
  resourceNames?: string[];
}

/** Rules as single rights, one line for each verb and resource. */
function rightsOf(rules: readonly Rule[]): string[] {
  const lines = rules.flatMap(({ apiGroups = [], resources = [], verbs, resourceNames = [""] }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => `${verb} ${resource}.${group} ${name}`.trim())),
      ),
    ),
  );
  return [...new Set(lines)].sort();
}

/** What a ServiceAccount may do in a namespace beyond what everybody may, in the API server's own words. */
async function rightsIn(namespace: string, account: string, home: string): Promise<string[]> {
  const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", spec: { namespace } };
  const ask = await as(account, home);
  const { stdout, stderr } = await ask(["create", "--validate=false", "-o", "json", "-f", "-"], JSON.stringify(review));
  if (!stdout) throw new Error(stderr);
  const { resourceRules } = (JSON.parse(stdout) as { status: { resourceRules: Rule[] } }).status;
  return rightsOf(resourceRules).filter((line) => !/ self\w+\.auth\w+\.k8s\.io$/.test(line));
}

test("probe 15: each program of ours has the rights that are kept as its own, and none in another tenant's namespace", async () => {
  interface Kept {
    account: string;
    everywhere: Rule[];
    inItsNamespace: Rule[];
  }
  const file = join(root, "src", "controllers", "fixtures", "rights.yaml");
  const [document] = parseAllDocuments(readFileSync(file, "utf8"));
  const kept = document?.toJS() as Kept[];
  for (const [account, home] of [
    ["operator", "hypershift"],
    ["agent-registration", "hypershift"],
    ["cluster-api", "hypershift"],
    ["control-plane-operator", plane],
  ] as const) {
    const { everywhere = [], inItsNamespace = [] } = kept.find((each) => each.account === account) ?? {};
    expect(everywhere.length + inItsNamespace.length).toBeGreaterThan(0);
    expect([account, await rightsIn(home, account, home)]).toEqual([
      account,
      rightsOf([...everywhere, ...inItsNamespace]),
    ]);
    expect([account, await rightsIn(victimPlane, account, home)]).toEqual([account, rightsOf(everywhere)]);
  }
  const server = await as("ignition-server", plane);
  const may = async (...words: string[]) =>
    (await server(["auth", "can-i", ...words, "-n", plane])).stdout.trim().split("\n").at(-1);
  expect(await may("get", "secrets/bootstrap-kubeconfig")).toBe("yes");
  for (const words of [
    ["list", "secrets"],
    ["watch", "secrets"],
    ["get", "secrets/root-ca"],
    ["patch", "secrets/bootstrap-kubeconfig"],
    ["create", "pods"],
  ]) {
    expect(`${words.join(" ")}: ${await may(...words)}`).toBe(`${words.join(" ")}: no`);
  }
  expect(await rightsIn(victimPlane, "ignition-server", plane)).toEqual([]);
});

/** What must not be seen of a Secret: private keys, tokens, passwords. Certificates and names are no secrets. */
function confidential({ data = {} }: Secret): string[] {
  return Object.entries(data).flatMap(([key, encoded]) => {
    const text = Buffer.from(encoded, "base64").toString();
    const keys = [...text.matchAll(/PRIVATE KEY-----\n([A-Za-z0-9+/=]+)/g)].map(([, line = ""]) => line);
    const inside = [...text.matchAll(/(?:client-key-data|token|auth|password)"?: ?"?([A-Za-z0-9+/=_.-]{16,})/g)];
    const whole = /^(token|password|key|oldkey)$/i.test(key) && !text.includes("-----BEGIN") ? [encoded, text] : [];
    const found = [...keys, ...inside.map(([, value = ""]) => value), ...whole];
    return found.filter((each) => each.length >= 16);
  });
}

const searched = ["hypershift", "clusters", plane, "hosts", victim.namespace, victimPlane, collider.namespace];
const kinds = [
  ...["events", "pods", "configmaps", "services", "deployments.apps", "statefulsets.apps", "replicasets.apps"],
  ...["hostedclusters", "hostedcontrolplanes", "nodepools", "controlplanecomponents", "agents", "agentclusters"],
  ...["agentmachines", "clusters.cluster.x-k8s.io", "machines.cluster.x-k8s.io", "machinedeployments.cluster.x-k8s.io"],
];

/** Everything that somebody may read who may read no Secret: by where it is. */
async function readable(): Promise<[string, string][]> {
  const texts: [string, string][] = [];
  const get = ["get", kinds.join(), "--all-namespaces", "-o", "json"];
  texts.push(["objects", (await attempt("kubectl", ["--kubeconfig", managementKubeconfig, ...get])).stdout]);
  const pods = (await Promise.all(searched.map((namespace) => management.list(Pod, { namespace })))).flat();
  const logs = pods.map(async ({ metadata }): Promise<[string, string]> => {
    const words = ["logs", "-n", metadata?.namespace ?? "", metadata?.name ?? "", "--all-containers"];
    const { stdout } = await attempt("kubectl", ["--kubeconfig", managementKubeconfig, ...words]);
    return [`log of ${metadata?.name}`, stdout];
  });
  texts.push(...(await Promise.all(logs)));
  texts.push(["hcp get", await hcp("get", "clusters", "-A", "-o", "yaml")]);
  texts.push([`journal of ${worker}`, await onWorker("journalctl", "--no-pager", "--quiet")]);
  // Machines are containers of this computer: it sees the processes of all of them.
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`);
  const lines = processes.map((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return "";
    }
  });
  texts.push(["command lines", lines.join("\n")]);
  return texts;
}

/** What must be seen nowhere, with the name of the Secret that it is of. */
async function hidden(): Promise<Map<string, string>> {
  const secrets = (await Promise.all(searched.map((namespace) => management.list(Secret, { namespace })))).flat();
  const found = new Map(secrets.flatMap((each) => confidential(each).map((text) => [text, keyName(each)] as const)));
  for (const [name, text] of Object.entries(canaries)) found.set(text, `canary ${name}`);
  return found;
}

/** Where one of them can be read, by the name of its Secret only: this is printed. */
async function leaks(secrets: Map<string, string>): Promise<string[]> {
  const texts = await readable();
  // That something was read at all: each of these is long.
  expect(texts.find(([where]) => where === "objects")?.[1].length).toBeGreaterThan(100_000);
  expect(texts.find(([where]) => where.startsWith("log of operator"))?.[1]).toContain("operator started");
  return texts.flatMap(([where, text]) =>
    [...secrets].filter(([secret]) => text.includes(secret)).map(([, name]) => `${where}: ${name}`),
  );
}

const keyName = ({ metadata }: Secret) => `${metadata?.namespace}/${metadata?.name}`;

test("probe 19: no secret is in a log, an event, a condition, a workload or a command line, while clusters live, fail and go", async () => {
  const where = { namespace: collider.namespace, timeoutMs: 120_000 };
  const pull = `{"auths": {"registry.example.com": {"auth": ${canaries.broken}`;
  await management.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "broken", namespace: collider.namespace },
    data: { ".dockerconfigjson": Buffer.from(pull).toString("base64") },
  });
  await management.create(await otherCluster("broken", { pullSecret: { name: "broken" } }));
  await waitFor(management, HostedCluster, "broken", says("ValidReleaseImage", "False"), where);
  const secrets = await hidden();
  expect(secrets.size).toBeGreaterThan(30);
  expect(await leaks(secrets)).toEqual([]);
  await deleteCluster("broken", collider.namespace);
  const { name, namespace } = victim;
  await hcp("destroy", "cluster", "agent", "--name", name, "-n", namespace);
  expect(await leaks(secrets)).toEqual([]);
});
