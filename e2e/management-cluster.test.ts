import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { Namespace, type PersistentVolumeClaim, Pod, Service } from "../src/kube/kinds.ts";
import { waitFor, waitForGone } from "../src/kube/wait-for.ts";
import { connect, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { attempt, hcp, root, run } from "./shell.ts";

let kube: ReplaceableKube;
let image: string;
const namespace = "e2e-management";
const timeoutMs = 180_000;

beforeAll(async () => {
  kube = await connect(managementKubeconfig);
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  image = JSON.parse(await hcp("release", "info", "registry.roost.test:5000/roost/release:1.34.4", "-o", "json")).images
    .cli;
});
afterAll(async () => {
  await attempt("./hcp", ["local", "cluster", "remove", "second"]);
  await kube.delete(Namespace, namespace);
  await waitForGone(kube, Namespace, namespace, { timeoutMs });
  kube.close();
});

const isReady = (pod: Pod) =>
  pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

test.each(["directory", "local-path"])(
  "a claim of class %s gets a volume that a pod can write to",
  async (storageClassName) => {
    const name = `claim-${storageClassName}`;
    await kube.apply<PersistentVolumeClaim>({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace },
      spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    });
    await kube.apply<Pod>({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "writer",
            image,
            command: ["sh", "-c", "echo kept > /data/file && sleep 3600"],
            readinessProbe: { exec: { command: ["grep", "kept", "/data/file"] }, periodSeconds: 1 },
            volumeMounts: [{ name: "data", mountPath: "/data" }],
          },
        ],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
      },
    });
    await waitFor(kube, Pod, name, isReady, { namespace, timeoutMs, what: "be ready" });
  },
);

test("a Service of type LoadBalancer gets an address that answers, and its host name resolves in pods", async () => {
  const labels = { app: "web" };
  await kube.apply<Pod>({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace, labels },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: "web",
          image,
          command: [
            "sh",
            "-c",
            "mkdir /tmp/www && echo welcome > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www",
          ],
          readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
        },
      ],
    },
  });
  await kube.apply<Service>({
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "web",
      namespace,
      annotations: { "external-dns.alpha.kubernetes.io/hostname": "web-e2e.roost.test" },
    },
    spec: { type: "LoadBalancer", selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
  });
  const hasAddress = (service: Service) => Boolean(service.status?.loadBalancer?.ingress?.[0]?.ip);
  const service = await waitFor(kube, Service, "web", hasAddress, { namespace, timeoutMs, what: "have an address" });
  await waitFor(kube, Pod, "web", isReady, { namespace, timeoutMs, what: "be ready" });
  const address = service.status?.loadBalancer?.ingress?.[0]?.ip;
  const answer = await eventually("the address answering", 60, async () => (await fetch(`http://${address}/`)).text());
  expect(answer).toBe("welcome\n");

  const script = "until wget -qO- http://web-e2e.roost.test/; do sleep 1; done";
  const words = ["--kubeconfig", managementKubeconfig, "exec", "-n", namespace, "web", "--", "timeout", "120"];
  expect(await run("kubectl", [...words, "sh", "-c", script])).toContain("welcome");
});

test("a further management cluster stands beside the first, and goes away again", async () => {
  await hcp("local", "cluster", "add", "second");
  const file = join(root, ".roost", "second.kubeconfig");
  writeFileSync(file, await hcp("local", "kubeconfig", "--cluster", "second"), { mode: 0o600 });
  const nodes = JSON.parse(await run("kubectl", ["--kubeconfig", file, "get", "nodes", "-o", "json"])).items;
  expect(nodes).toHaveLength(1);
  expect((await kube.get(Namespace, namespace))?.metadata?.name).toBe(namespace);

  await hcp("local", "cluster", "remove", "second");
  const { status, stderr } = await attempt("./hcp", ["local", "kubeconfig", "--cluster", "second"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/no management cluster second/);
});
