import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostedCluster, HostedControlPlane } from "../../src/api/index.ts";
import { findCondition } from "../../src/kube/conditions.ts";
import { createKube } from "../../src/kube/create-kube.ts";
import {
  ConfigMap,
  DaemonSet,
  Deployment,
  Lease,
  type Namespace,
  Node,
  Pod,
  Secret,
  type Service,
} from "../../src/kube/kinds.ts";
import type { Kube } from "../../src/kube/kube.ts";
import { textOf } from "../../src/kube/text-of.ts";
import { createAuthority, fingerprintOf, isIssuedBy, issue, type KeyPair } from "../../src/pki/certificate.ts";
import { Probe } from "../../tools/probe.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { attempt, hcp } from "../shell.ts";
import { kubeconfigOf, type TestCluster, withCluster } from "../with-cluster.ts";
import type { LongTest, LongTestContext, Observed } from "./long-test.ts";

const namespace = "e2e-certificates";
/** Certificates of minutes: a client may read its own again after five only, so ten are left at each renewal. */
const shortLife = {
  "hypershift.openshift.io/certificate-validity": "12m",
  "hypershift.openshift.io/certificate-renewal": "0.85",
};
const rotating = ["root-ca", "kube-apiserver-to-kubelet-signer", "konnectivity-signer", "kube-control-plane-signer"];
/** What each of these signs, one of several, which has to be renewed again after the successor began to sign. */
const watched: Record<string, string> = {
  "root-ca": "kas-server-crt",
  "kube-apiserver-to-kubelet-signer": "kas-kubelet-client-crt",
  "konnectivity-signer": "konnectivity-server",
  "kube-control-plane-signer": "kube-scheduler-kubeconfig",
};
/** A node that is silent for longer counts as dead. */
const mostSilenceMs = 40_000;
const patienceSeconds = 1_200;

/** A hosted cluster under requests. */
interface Subject {
  management: Kube;
  hosted: Kube;
  cluster: TestCluster;
  /** Where the HostedCluster is. */
  home: string;
  /** Where its control plane is. */
  plane: string;
  /** The administrator's kubeconfig from before: people keep theirs. */
  kubeconfig: { text: string; path: string };
}

/** Renews every certificate of a cluster again and again, and rotates its authorities, under requests. */
const test: LongTest = {
  title: "no request fails while certificates of minutes are renewed and authorities make way for successors",
  async run(context) {
    const management = await connect(managementKubeconfig);
    const folder = await mkdtemp(join(tmpdir(), "roost-certificates-"));
    try {
      const rows: Observed[] = [];
      for (const [name, highlyAvailable] of Object.entries({ renewed: false, "renewed-ha": true })) {
        const hosts = [`${name}-1`, `${name}-2`];
        const cluster = { name, hosts, nodes: 2, baseDomain: "roost.test", highlyAvailable, ...context };
        const found = await withCluster(management, cluster, () => tryOne(management, cluster, folder, context));
        const kind = highlyAvailable ? "three replicas" : "one replica";
        rows.push(...found.map(({ fault, ...row }) => ({ fault: `${kind}: ${fault}`, ...row })));
      }
      return rows;
    } finally {
      management.close();
      await rm(folder, { recursive: true });
    }
  },
};
export default test;

async function tryOne(
  management: Kube,
  cluster: TestCluster,
  folder: string,
  context: LongTestContext,
): Promise<Observed[]> {
  const home = `e2e-${cluster.name}`;
  const kubeconfig = { text: await kubeconfigOf(cluster), path: join(folder, cluster.name) };
  await writeFile(kubeconfig.path, kubeconfig.text, { mode: 0o600 });
  const hosted = await createKube({ kubeconfig: kubeconfig.text });
  const subject = { management, hosted, cluster, home, plane: `${home}-${cluster.name}`, kubeconfig };
  try {
    await makeServer(subject);
    await eventually("a first heartbeat of each node", 60, async () => {
      for (const { metadata } of await hosted.list(Node)) await beats(hosted, metadata?.name ?? "");
      return true;
    });
    await eventually("agents of konnectivity that count as available", 120, async () => {
      // Those that do not are replaced all at once.
      const { status } = (await hosted.get(DaemonSet, "konnectivity-agent", "kube-system")) ?? {};
      return status?.numberAvailable === cluster.nodes;
    });
    const began = performance.now();
    const probes = await probesOf(subject);
    const stop = new AbortController();
    const running = probes.map((probe) => probe.run(stop.signal));
    let renewals: string;
    try {
      renewals = await renewAndRotate(subject, context);
    } finally {
      stop.abort();
      await Promise.all(running);
      for (const { what, failures } of probes) for (const each of failures) context.say(`${what}: ${each}`);
    }
    const rows = probes.map((probe) => probe.observed(renewals));
    const trusted = await eventually("every node having the present authorities", 300, () => nodesTrust(subject));
    const healedInMs = performance.now() - began;
    const failure = (await filesWithout(subject)).join(", ") || undefined;
    return [...rows, { fault: `authorities of nodes, ${trusted}`, healedInMs, failure }];
  } finally {
    hosted.close();
  }
}

/** Until each authority has a successor that signs, and what that signed was renewed once more. Says what happened. */
async function renewAndRotate(
  { management, cluster, home, plane }: Subject,
  { say, signal }: LongTestContext,
): Promise<string> {
  const authority = async (name: string) => textOf(await management.get(Secret, name, plane), "ca.crt") ?? "";
  const former = new Map(await Promise.all(rotating.map(async (name) => [name, await authority(name)] as const)));
  const leaf = async (signer: string) =>
    textOf(await management.get(Secret, watched[signer] ?? "", plane), "tls.crt") ?? "";
  await management.patch(HostedCluster, cluster.name, home, { metadata: { annotations: shortLife } });
  for (const name of rotating) {
    const annotations = { "hypershift.openshift.io/rotate": new Date().toISOString() };
    await management.patch(Secret, name, plane, { metadata: { annotations } });
  }
  const seen = new Set<string>();
  const bySuccessor = new Map<string, Set<string>>();
  await eventually("every authority having made way, and renewals after it", patienceSeconds, async () => {
    if (signal.aborted) return true;
    for (const signer of rotating) {
      const [certificate, present] = await Promise.all([leaf(signer), authority(signer)]);
      const fingerprint = fingerprintOf(certificate);
      if (!seen.has(fingerprint)) say(`${watched[signer]} was signed`);
      seen.add(fingerprint);
      if (present === former.get(signer) || !isIssuedBy(certificate, present)) continue;
      bySuccessor.set(signer, (bySuccessor.get(signer) ?? new Set()).add(fingerprint));
    }
    return rotating.every((signer) => (bySuccessor.get(signer)?.size ?? 0) >= 2);
  });
  signal.throwIfAborted();
  return `while ${rotating.length} authorities made way and ${seen.size - rotating.length} renewals of what they sign were seen`;
}

async function nodesTrust({ management, cluster, plane }: Subject): Promise<string | undefined> {
  const hcp = await management.get(HostedControlPlane, cluster.name, plane);
  const condition = findCondition(hcp?.status?.conditions, "NodesTrustAuthorities");
  return condition?.status === "True" ? "which every node has" : undefined;
}

/** Files of kubelets, and the Secret whose authority is to be in each. */
const kubeletFiles = {
  "/var/lib/kubelet/kubeconfig": "root-ca",
  "/etc/kubernetes/kubelet-ca.crt": "kube-apiserver-to-kubelet-signer",
};

/** Files on the hosts themselves that lack the present authority, whatever the condition says. */
async function filesWithout({ management, hosted, plane }: Subject): Promise<string[]> {
  const lacking: string[] = [];
  for (const { metadata } of await hosted.list(Node)) {
    for (const [file, signer] of Object.entries(kubeletFiles)) {
      const text = await hcp("local", "shell", metadata?.name ?? "", "--", "cat", file);
      const [, data] = /certificate-authority-data: (\S+)/.exec(text) ?? [];
      const held = data ? Buffer.from(data, "base64").toString() : text;
      const authority = textOf(await management.get(Secret, signer, plane), "ca.crt")?.trim();
      if (!authority || !held.includes(authority)) lacking.push(`${file} on ${metadata?.name} lacks ${signer}`);
    }
  }
  return lacking;
}

/** A pod that plays a webhook, whose log is read, and in which commands run. */
async function makeServer({ management, hosted, plane }: Subject): Promise<void> {
  const operator = await management.get(Deployment, "control-plane-operator", plane);
  const image = operator?.spec?.template.spec?.containers[0]?.image;
  const now = new Date();
  const authority = createAuthority("webhook", now);
  const profile = { commonName: "webhook", dnsNames: [`webhook.${namespace}.svc`], usages: ["server" as const] };
  const pair = issue(profile, authority, now);
  const labels = { app: "webhook" };
  await hosted.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await eventually("the namespace having its ServiceAccount", 60, () =>
    hosted.get(ConfigMap, "kube-root-ca.crt", namespace),
  );
  await hosted.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "webhook", namespace },
    stringData: { "tls.crt": pair.certificate, "tls.key": pair.key },
  });
  await hosted.apply<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "webhook", namespace, labels },
    spec: {
      containers: [
        {
          name: "webhook",
          image,
          command: ["node", "-e", webhook],
          volumeMounts: [{ name: "tls", mountPath: "/tls" }],
        },
      ],
      volumes: [{ name: "tls", secret: { secretName: "webhook" } }],
    },
  });
  await hosted.apply<Service>({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "webhook", namespace },
    spec: { selector: labels, ports: [{ port: 443, targetPort: 8443 }] },
  });
  await eventually("the webhook's pod running", 180, async () => {
    const pod = await hosted.get(Pod, "webhook", namespace);
    return findCondition(pod?.status?.conditions as never, "Ready")?.status === "True";
  });
  await hosted.apply({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: namespace },
    webhooks: [webhookRule(authority)],
  } as never);
  await eventually("the webhook being asked", 60, () => refusal(hosted));
}

/** Refuses everything: so it shows that it was asked. */
const webhook = `
require("https").createServer({ cert: fs.readFileSync("/tls/tls.crt"), key: fs.readFileSync("/tls/tls.key") }, (request, response) => {
  let text = "";
  request.on("data", (part) => { text += part; }).on("end", () => {
    const { apiVersion, kind, request: { uid } } = JSON.parse(text);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ apiVersion, kind, response: { uid, allowed: false, status: { message: "asked" } } }));
  });
}).listen(8443, () => console.log("listening"));
`;

function webhookRule({ certificate }: KeyPair) {
  const rule = { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["configmaps"] };
  return {
    name: "asked.example.com",
    rules: [rule],
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    clientConfig: {
      service: { namespace, name: "webhook" },
      caBundle: Buffer.from(certificate).toString("base64"),
    },
    failurePolicy: "Fail",
    sideEffects: "None",
    timeoutSeconds: 10,
    admissionReviewVersions: ["v1"],
  };
}

/** True where the webhook refused an object: it was reached. */
async function refusal(kube: Kube): Promise<true> {
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "never" } };
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const answer = await kube.request("POST", path, { body, signal: AbortSignal.timeout(15_000) });
  if (!answer.body.includes("denied the request: asked")) throw new Error(`${answer.status}: ${answer.body}`);
  return true;
}

/** All of them with the kubeconfig from before. */
async function probesOf({ hosted, kubeconfig }: Subject): Promise<Probe[]> {
  const nodes = (await hosted.list(Node)).map(({ metadata }) => metadata?.name ?? "");
  /** Asks on a connection of its own, as the address and its certificate are for each. */
  const fresh = async (ask: (kube: Kube) => Promise<unknown>) => {
    const kube = await createKube({ kubeconfig: kubeconfig.text });
    try {
      await ask(kube);
    } finally {
      kube.close();
    }
  };
  const get = (path: string) =>
    fresh(async (kube) => {
      const { status, body } = await kube.request("GET", path, { signal: AbortSignal.timeout(15_000) });
      if (status !== 200) throw new Error(`${status}: ${body}`);
    });
  return [
    new Probe("the API through its public name", () => get("/api")),
    new Probe("a pod's log", () => get(`/api/v1/namespaces/${namespace}/pods/webhook/log?tailLines=1`)),
    new Probe("a command in a pod", async () => {
      const words = [
        "--kubeconfig",
        kubeconfig.path,
        "--request-timeout=20s",
        "exec",
        "-n",
        namespace,
        "webhook",
        "--",
      ];
      const ended = await attempt("kubectl", [...words, "true"]);
      if (ended.status !== 0) throw new Error(ended.stderr);
    }),
    new Probe("a webhook on a node", () => fresh(refusal)),
    ...nodes.map((node) => new Probe(`the heartbeat of ${node}`, () => beats(hosted, node))),
  ];
}

async function beats(hosted: Kube, node: string): Promise<void> {
  const [lease, { status } = {}] = await Promise.all([
    hosted.get(Lease, node, "kube-node-lease"),
    hosted.get(Node, node),
  ]);
  const silentMs = Date.now() - Date.parse(lease?.spec?.renewTime ?? "");
  if (!(silentMs < mostSilenceMs)) throw new Error(`silent for ${Math.round(silentMs / 1_000)} s`);
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") throw new Error(`its condition Ready is ${ready?.status}: ${ready?.message}`);
}
