import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { kind } from "../src/kube/kind.ts";
import { Namespace, Node, Pod } from "../src/kube/kinds.ts";
import type { Resource } from "../src/kube/resource.ts";
import { waitFor, waitForGone } from "../src/kube/wait-for.ts";
import { createAuthority, issue } from "../src/pki/certificate.ts";
import { connect, demoKubeconfig, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { attempt, hcp, run } from "./shell.ts";

// Probes 4, 5, 18 and 20 of the review of tenant isolation: from a tenant's administrator, pod and worker.
const plane = "clusters-demo";
const neighbour = "e2e-neighbour";
const timeoutMs = 180_000;
const authority = createAuthority("e2e", new Date());
let management: ReplaceableKube;
let demo: ReplaceableKube;
/** Names and addresses of the tenant's workers. */
let workers: { name: string; address: string; node: Node }[];
/** The address of this computer on the machines' network. */
let computer: string;
let image: string;

beforeAll(async () => {
  [management, demo] = await Promise.all([connect(managementKubeconfig), connect(demoKubeconfig)]);
  const release = await hcp("release", "info", "registry.roost.test:5000/roost/release:1.34.4", "-o", "json");
  image = JSON.parse(release).images.cli;
  workers = (await demo.list(Node)).map((node) => ({
    name: node.metadata?.name ?? "",
    address: node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "",
    node,
  }));
  computer = new URL(management.server).hostname.replace(/\d+$/, "1");
  await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: neighbour } });
  for (const [name, namespace] of [
    ["stranger", neighbour],
    ["stranger", plane],
  ] as const) {
    await management.apply(visitor(name, namespace));
    await waitFor(management, Pod, name, isRunning, { namespace, timeoutMs, what: "run" });
  }
});
afterAll(async () => {
  await management.delete(Pod, "stranger", plane);
  await management.delete(Namespace, neighbour);
  await waitForGone(management, Namespace, neighbour, { timeoutMs });
  management.close();
  demo.close();
});

const isRunning = ({ status }: Pod) => status?.phase === "Running";

/** A pod with a shell, as strict as a control plane's namespace wants pods to be. */
function visitor(name: string, namespace: string, nodeName?: string): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      ...(nodeName && { nodeName }),
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name,
          image,
          command: ["sleep", "86400"],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  };
}

async function addressOf(app: string, namespace = plane): Promise<string> {
  const pods = await management.list(Pod, { namespace, labels: { app } });
  const ip = pods.find((pod) => isRunning(pod) && !pod.metadata?.deletionTimestamp)?.status?.podIP;
  if (!ip) throw new Error(`No pod of ${app} runs in ${namespace}`);
  return ip;
}

type Connection = "open" | "refused" | "silence";

/** What becomes of a TCP connection that a pod of the management cluster opens. */
async function connectFrom(namespace: string, host: string, port: number): Promise<Connection> {
  const words = ["--kubeconfig", managementKubeconfig, "exec", "-n", namespace, "stranger", "--"];
  const script = `nc -w 2 ${host} ${port} < /dev/null`;
  const { status, stderr } = await attempt("kubectl", [...words, "sh", "-c", script]);
  if (status === 0) return "open";
  if (stderr.includes("refused")) return "refused";
  if (stderr.includes("timed out")) return "silence";
  throw new Error(`nc says neither: ${stderr}`);
}

/** A busy machine may be silent for two seconds, and rules come a moment after a pod. */
async function expectConnection(namespace: string, host: string, port: number, expected: Connection): Promise<void> {
  await expect.poll(() => connectFrom(namespace, host, port), { message: `port ${port}` }).toBe(expected);
}

test("probe 18: another tenant's pod reaches nothing of a control plane but what it publishes", async () => {
  const [etcd, api, controllers, scheduler] = await Promise.all(
    ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((app) => addressOf(app)),
  );
  const doors: [string, number, Connection][] = [
    [etcd ?? "", 2379, "silence"],
    [etcd ?? "", 2380, "silence"],
    [etcd ?? "", 2381, "silence"],
    [controllers ?? "", 10257, "silence"],
    [scheduler ?? "", 10259, "silence"],
    [api ?? "", 6443, "open"],
    [api ?? "", 8091, "open"],
  ];
  for (const [host, port, expected] of doors) await expectConnection(neighbour, host, port, expected);
  const { hostname, port } = new URL(demo.server);
  const anonymous = `https://${hostname}:${port}/api/v1/secrets`;
  const answer = await run("curl", ["-sk", "-o", "/dev/null", "-w", "%{http_code}", anonymous]);
  expect(["401", "403"]).toContain(answer);
});

test("probe 18: nor does a pod in the control plane's own namespace that is no part of it", async () => {
  await expectConnection(plane, await addressOf("etcd"), 2379, "silence");
  const { hostname, port } = new URL(management.server);
  await expectConnection(plane, hostname, Number(port), "silence");
  // The same question from a namespace without policies: the silence is not the network's.
  await expectConnection(neighbour, hostname, Number(port), "open");
});

type Webhook = Resource & { webhooks: object[] };
const ValidatingWebhookConfiguration = kind<Webhook>(
  "admissionregistration.k8s.io/v1",
  "ValidatingWebhookConfiguration",
  "validatingwebhookconfigurations",
);

/** What the hosted API server says of a webhook at this address, asked as the hosted cluster's administrator. */
async function callWebhook(url: string): Promise<string> {
  const name = "e2e-probe";
  const kubectl = (...words: string[]) => ["--kubeconfig", demoKubeconfig, ...words];
  const webhook: Webhook = {
    apiVersion: ValidatingWebhookConfiguration.apiVersion,
    kind: ValidatingWebhookConfiguration.kind,
    metadata: { name },
    webhooks: [
      {
        name: "probe.example.com",
        clientConfig: { url, caBundle: Buffer.from(authority.certificate).toString("base64") },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] }],
        objectSelector: { matchLabels: { "example.com/probe": "yes" } },
        failurePolicy: "Fail",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        timeoutSeconds: 3,
      },
    ],
  };
  const probe = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: { "example.com/probe": "yes" } } };
  await run("kubectl", kubectl("apply", "-f", "-"), JSON.stringify(webhook));
  try {
    return await eventually("a word about the webhook", 90, async () => {
      const words = kubectl("create", "--dry-run=server", "-n", "default", "-f", "-");
      const { stderr } = await attempt("kubectl", words, JSON.stringify(probe));
      // Another sentence, or none, means that the API server does not know the webhook yet.
      return stderr.includes("probe.example.com") && stderr;
    });
  } finally {
    await run("kubectl", kubectl("delete", "validatingwebhookconfiguration", name));
  }
}

/** An HTTPS server on this computer, which is outside of the management cluster, that sends every caller on. */
async function redirecting(to: string): Promise<{ url: string; calls: string[]; server: HttpsServer }> {
  const pair = issue({ commonName: "e2e", addresses: [computer], usages: ["server"] }, authority, new Date());
  const calls: string[] = [];
  const server = createHttpsServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    calls.push(request.socket.remoteAddress ?? "");
    response.writeHead(307, { location: to }).end();
  });
  return { url: `https://${computer}:${await listen(server)}/`, calls, server };
}

async function listen(server: Server | HttpsServer): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, computer, resolve));
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

/** Not `timeout` alone, which is in every URL that is called. */
const silence = /deadline exceeded|Client\.Timeout exceeded|i\/o timeout/;

test("probe 4: webhooks of a tenant reach no address of the management cluster, and no metadata", async () => {
  const { hostname, port } = new URL(management.server);
  const agents = await addressOf("agent-registration", "hypershift").catch(() => addressOf("operator", "hypershift"));
  const forbidden = [
    `https://${hostname}:${port}/`,
    `https://${hostname}:10250/`,
    "https://10.96.0.1/",
    `https://${await addressOf("kube-controller-manager")}:10257/`,
    `https://${agents}:8443/`,
    "https://169.254.169.254/",
  ];
  for (const url of forbidden) expect(`${url} ${await callWebhook(url)}`).toMatch(silence);
});

test("probe 4: a webhook outside is reached, and where it sends the API server on to does not widen that", async () => {
  const { hostname, port } = new URL(management.server);
  const outside = await redirecting(`https://${hostname}:${port}/`);
  try {
    const said = await callWebhook(outside.url);
    expect(outside.calls.length).toBeGreaterThan(0);
    // Whether it follows or not: the management API's certificate, which it would have to complain of, it never saw.
    expect(said).not.toMatch(/x509|certificate|Unauthorized|forbidden/);
  } finally {
    outside.server.close();
  }
});

test("probe 4: nor does the conversion of a tenant's own resources", async () => {
  const { hostname, port } = new URL(management.server);
  const kubectl = (...words: string[]) => ["--kubeconfig", demoKubeconfig, ...words];
  const version = (name: string, storage: boolean) => ({
    name,
    storage,
    served: true,
    schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
  });
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "probes.e2e.example.com" },
    spec: {
      group: "e2e.example.com",
      names: { kind: "Probe", plural: "probes" },
      scope: "Cluster",
      versions: [version("v1", true), version("v2", false)],
      conversion: {
        strategy: "Webhook",
        webhook: {
          conversionReviewVersions: ["v1"],
          clientConfig: {
            url: `https://${hostname}:${port}/`,
            caBundle: Buffer.from(authority.certificate).toString("base64"),
          },
        },
      },
    },
  };
  await run("kubectl", kubectl("apply", "-f", "-"), JSON.stringify(definition));
  try {
    const words = kubectl("wait", "--for=condition=Established", "crd/probes.e2e.example.com", "--timeout=60s");
    await run("kubectl", words);
    const probe = { apiVersion: "e2e.example.com/v1", kind: "Probe", metadata: { name: "probe" } };
    await run("kubectl", kubectl("create", "-f", "-"), JSON.stringify(probe));
    const raw = "/apis/e2e.example.com/v2/probes/probe";
    const { stderr } = await attempt("kubectl", kubectl("--request-timeout=40s", "get", "--raw", raw));
    expect(stderr).toMatch(silence);
  } finally {
    await run("kubectl", kubectl("delete", "crd", "probes.e2e.example.com"));
  }
});

test("probe 5: what a tenant says is a node's address is dialled by its workers, and not by the control plane", async () => {
  const callers: string[] = [];
  const server = createServer((socket) => {
    callers.push(socket.remoteAddress ?? "");
    socket.destroy();
  });
  const port = await listen(server);
  const name = "e2e-false-node";
  await demo.create<Node>({ apiVersion: "v1", kind: "Node", metadata: { name } });
  try {
    const addresses = [{ type: "InternalIP", address: computer }];
    const daemonEndpoints = { kubeletEndpoint: { Port: port } };
    const options = { type: "merge", subresource: "status" } as const;
    await demo.patch(Node, name, undefined, { status: { addresses, daemonEndpoints } }, options);
    const words = ["--kubeconfig", demoKubeconfig, "--request-timeout=20s", "get", "--raw"];
    await eventually("a call", 90, async () => {
      await attempt("kubectl", [...words, `/api/v1/nodes/${name}/proxy/`]);
      return callers.length > 0;
    });
    const known = workers.map(({ address }) => address);
    expect(callers.filter((caller) => !known.includes(caller))).toEqual([]);
  } finally {
    server.close();
    await demo.delete(Node, name);
  }
});

test("probe 20: VXLAN from a machine that is no node of the cluster reaches none of its pods", async () => {
  const [worker] = workers;
  if (!worker) throw new Error("The hosted cluster has no worker");
  const { name, address, node } = worker;
  const tunnel = JSON.parse(node.metadata?.annotations?.["flannel.alpha.coreos.com/backend-data"] ?? "{}");
  const target = visitor("e2e-target", "default", name);
  await demo.apply(target);
  const isReady = ({ status }: Pod) => isRunning({ status } as Pod) && Boolean(status?.podIP);
  const what = { namespace: "default", timeoutMs, what: "run" };
  const ip = (await waitFor(demo, Pod, "e2e-target", isReady, what)).status?.podIP ?? "";

  const inPod = ["--kubeconfig", demoKubeconfig, "exec", "-n", "default", "e2e-target", "--"];
  const echoes = async () => {
    const [names = "", values = ""] = (await run("kubectl", [...inPod, "grep", "^Icmp:", "/proc/net/snmp"])).split(
      "\n",
    );
    return Number(values.split(" ")[names.split(" ").indexOf("InEchos")]);
  };
  // With everything that a neighbour can find out: the network's number, and the address of the worker's end of it.
  const machine = (script: string) => hcp("local", "shell", "services", "--", "sh", "-c", script);
  const own = (await machine("hostname -I")).split(" ")[0] ?? "";
  const inject = [
    "ip link delete evil 2> /dev/null",
    `ip link add evil type vxlan id ${tunnel.VNI} remote ${address} dstport 8472 dev eth0`,
    "ip addr add 10.132.255.250/32 dev evil && ip link set evil up",
    `ip route replace ${ip}/32 dev evil && ip neigh replace ${ip} lladdr ${tunnel.VtepMAC} nud permanent dev evil`,
    `ping -c 3 -i 0.2 -W 1 -I evil ${ip} > /dev/null`,
    "ip link delete evil",
  ].join("; ");
  const flannel = (await demo.list(Pod, { namespace: "kube-system", labels: { app: "kube-flannel" } })).find(
    ({ spec }) => spec?.nodeName === name,
  );
  const peers = (verb: string) => {
    const inFilter = ["exec", "-n", "kube-system", flannel?.metadata?.name ?? "", "-c", "peer-filter", "--"];
    const change = ["nft", verb, "element", "inet", "roost-vxlan", "peers4", `{ ${own} }`];
    return run("kubectl", ["--kubeconfig", demoKubeconfig, ...inFilter, ...change]);
  };
  try {
    await machine(inject);
    expect(await echoes()).toBe(0);
    // The same packets arrive once the machine counts as a node: it is the filter that keeps them out.
    await peers("add");
    await machine(inject);
    await expect.poll(echoes).toBe(3);
    await peers("delete");
    await machine(inject);
    expect(await echoes()).toBe(3);
  } finally {
    await demo.delete(Pod, "e2e-target", "default");
  }
});
