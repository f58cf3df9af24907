import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { Namespace, NetworkPolicy, Pod, Service } from "../src/kube/kinds.ts";
import { waitFor, waitForGone } from "../src/kube/wait-for.ts";
import { connect, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { attempt, hcp } from "./shell.ts";

// What upstream promises of NetworkPolicies, on the management cluster's stand-in for the user's CNI.
const a = "e2e-policy-a";
const b = "e2e-policy-b";
const timeoutMs = 180_000;
let kube: ReplaceableKube;
let image: string;
let server: Pod;
let service: Service;
let other: Pod;

beforeAll(async () => {
  kube = await connect(managementKubeconfig);
  const release = await hcp("release", "info", "registry.roost.test:5000/roost/release:1.34.4", "-o", "json");
  image = JSON.parse(release).images.cli;
  for (const name of [a, b]) {
    const labels = { letter: name === a ? "a" : "b" };
    await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  }
  for (const [namespace, name] of [a, b].flatMap((each) =>
    ["server", "client", "friend"].map((name) => [each, name]),
  )) {
    await kube.apply(aPod(namespace ?? "", name ?? "", image));
  }
  await kube.apply<Service>({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "server", namespace: a },
    spec: { type: "LoadBalancer", selector: { app: "server" }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  for (const name of ["client", "friend"]) await Promise.all([ready(name, a), ready(name, b)]);
  [server, other] = await Promise.all([ready("server", a), ready("server", b)]);
  const hasAddress = ({ status }: Service) => Boolean(status?.loadBalancer?.ingress?.[0]?.ip);
  service = await waitFor(kube, Service, "server", hasAddress, { namespace: a, timeoutMs, what: "have an address" });
});
afterEach(async () => {
  for (const namespace of [a, b]) {
    for (const { metadata } of await kube.list(NetworkPolicy, { namespace })) {
      await kube.delete(NetworkPolicy, metadata?.name ?? "", namespace);
    }
  }
});
afterAll(async () => {
  for (const name of [a, b]) await kube.delete(Namespace, name);
  for (const name of [a, b]) await waitForGone(kube, Namespace, name, { timeoutMs });
  kube.close();
});

function aPod(namespace: string, app: string, image: string): Pod {
  const serve = (port: number) => `httpd -p ${port} -h /tmp`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: app, namespace, labels: { app } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: app,
          image,
          command: ["sh", "-c", `echo served > /tmp/index.html; ${serve(8080)}; ${serve(8081)}; exec sleep 86400`],
          ports: [{ name: "web", containerPort: 8080 }],
          readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
        },
      ],
    },
  };
}

const isReady = (pod: Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
const ready = (name: string, namespace: string) =>
  waitFor(kube, Pod, name, isReady, { namespace, timeoutMs, what: "be ready" });
const policy = (namespace: string, spec: string) =>
  kube.apply<NetworkPolicy>({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "under-test", namespace },
    spec: parse(spec),
  });
const at = (pod: Pod, port = 8080) => `http://${pod.status?.podIP}:${port}/`;

async function reaches(namespace: string, pod: string, url: string): Promise<boolean> {
  const words = ["--kubeconfig", managementKubeconfig, "exec", "-n", namespace, pod, "--"];
  const { status, stdout } = await attempt("kubectl", [...words, "timeout", "2", "wget", "-qO-", url]);
  return status === 0 && stdout === "served\n";
}

/** Waits until these and only these of the questions are answered with yes. */
async function expectAnswers(questions: Record<string, () => Promise<boolean>>, yes: string[]): Promise<void> {
  let answered: string[] = [];
  const settle = async () => {
    const answers = await Promise.all(
      Object.entries(questions).map(async ([name, ask]) => ((await ask()) ? [name] : [])),
    );
    answered = answers.flat();
    return answered.join() === yes.join();
  };
  await eventually("the expected answers", 60, settle).catch(() => expect(answered).toEqual(yes));
}

const toServer = (port = 8080) => ({
  "client in a": () => reaches(a, "client", at(server, port)),
  "friend in a": () => reaches(a, "friend", at(server, port)),
  "client in b": () => reaches(b, "client", at(server, port)),
  "friend in b": () => reaches(b, "friend", at(server, port)),
});

test("without a policy every pod reaches every other", async () => {
  await expectAnswers(toServer(), Object.keys(toServer()));
});

test("an isolated pod is reached by nobody but the node, and pods of other namespaces are as they were", async () => {
  await policy(a, "{ podSelector: {} }");
  await expectAnswers({ ...toServer(), elsewhere: () => reaches(a, "client", at(other)) }, ["elsewhere"]);
  // A pod that begins in isolation becomes ready by the node's probes only.
  await kube.apply(aPod(a, "late", image));
  await ready("late", a);
});

test("an isolated pod is reached by those with the label that is allowed, in its own namespace only", async () => {
  await policy(
    a,
    "{ podSelector: { matchLabels: { app: server } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: friend } } }] }] }",
  );
  await expectAnswers(toServer(), ["friend in a"]);
});

test("a namespace's label allows its pods, and together with a pod's label only those", async () => {
  await policy(a, "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { letter: b } } }] }] }");
  await expectAnswers(toServer(), ["client in b", "friend in b"]);
  await policy(
    a,
    "{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { letter: b } }, podSelector: { matchLabels: { app: friend } } }] }] }",
  );
  await expectAnswers(toServer(), ["friend in b"]);
});

test("a block allows its addresses but for those excepted", async () => {
  const friend = (await kube.get(Pod, "friend", b))?.status?.podIP;
  await policy(
    a,
    `{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.244.0.0/16, except: [${friend}/32] } }] }] }`,
  );
  await expectAnswers(toServer(), ["client in a", "friend in a", "client in b"]);
});

test("ports are open by number, by range and by name, and the others stay closed", async () => {
  const ports = {
    8080: () => reaches(b, "client", at(server, 8080)),
    8081: () => reaches(b, "client", at(server, 8081)),
  };
  for (const [port, open] of [
    ["port: 8081", ["8081"]],
    ["port: 8081, endPort: 8090", ["8081"]],
    ["port: web", ["8080"]],
    ["protocol: TCP", ["8080", "8081"]],
    ["protocol: UDP", []],
  ] as const) {
    await policy(a, `{ podSelector: {}, ingress: [{ ports: [{ ${port} }] }] }`);
    await expectAnswers(ports, [...open]);
  }
});

test("what leaves a pod is stopped at pods, Services, the node and its API, but for what is allowed", async () => {
  const api = (await kube.get(Service, "kubernetes", "default"))?.spec?.clusterIP;
  const asks = (url: string) => async () => {
    const words = ["--kubeconfig", managementKubeconfig, "exec", "-n", a, "client", "--", "sh", "-c"];
    // Any answer will do, be it a refusal: only silence is none.
    return (await attempt("kubectl", [...words, `nc -w 1 ${url} < /dev/null`])).status === 0;
  };
  const questions = {
    pod: () => reaches(a, "client", at(other)),
    Service: () => reaches(a, "client", `http://${service.spec?.clusterIP}/`),
    API: asks(`${api} 443`),
    node: asks(`${new URL(kube.server).hostname} ${new URL(kube.server).port}`),
    "load balancer": () => reaches(a, "client", `http://${service.status?.loadBalancer?.ingress?.[0]?.ip}/`),
    itself: () => reaches(a, "client", "http://127.0.0.1:8080/"),
  };
  await expectAnswers(questions, Object.keys(questions));
  await policy(a, "{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress] }");
  await expectAnswers(questions, ["itself"]);
  await policy(
    a,
    "{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: server } } }] }] }",
  );
  await expectAnswers(questions, ["Service", "load balancer", "itself"]);
  await policy(
    a,
    `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: ${new URL(kube.server).hostname}/32 } }] }] }`,
  );
  await expectAnswers(questions, ["API", "node", "itself"]);
});

test("a caller from outside is seen by its own address through a load balancer", async () => {
  const address = service.status?.loadBalancer?.ingress?.[0]?.ip;
  const questions = {
    computer: async () => (await fetch(`http://${address}/`, { signal: AbortSignal.timeout(1000) })).ok,
  };
  const ask = { computer: () => questions.computer().catch(() => false) };
  await expectAnswers(ask, ["computer"]);
  await policy(a, "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.244.0.0/16 } }] }] }");
  await expectAnswers(ask, []);
  await policy(
    a,
    "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.244.0.0/16] } }] }] }",
  );
  await expectAnswers(ask, ["computer"]);
});
