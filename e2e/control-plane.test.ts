import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HostedCluster } from "../src/api/index.ts";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { Namespace, Node, Secret } from "../src/kube/kinds.ts";
import { connect, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { attempt, hcp, root, run } from "./shell.ts";

let management: ReplaceableKube;
const pullSecret = join(root, ".roost", "pull-secret.json");
const namespace = "e2e";

beforeAll(async () => {
  management = await connect(managementKubeconfig);
});
afterAll(async () => {
  for (const cluster of await management.list(HostedCluster, { namespace })) {
    await attempt("./hcp", ["destroy", "cluster", "none", "--name", cluster.metadata?.name ?? "", "-n", namespace]);
  }
  await management.delete(Namespace, namespace);
  management.close();
});

const create = (name: string, ...more: string[]) =>
  attempt("./hcp", [
    "create",
    "cluster",
    "none",
    "--name",
    name,
    "-n",
    namespace,
    "--pull-secret",
    pullSecret,
    ...more,
  ]);

test("a control plane without workers is created, serves its API, and is destroyed without a trace", async () => {
  expect(await create("alone", "--wait")).toMatchObject({ status: 0 });
  const kubeconfig = await hcp("create", "kubeconfig", "--name", "alone", "-n", namespace);
  const file = join(root, ".roost", "alone.kubeconfig");
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  expect(await run("kubectl", ["--kubeconfig", file, "get", "--raw", "/readyz"])).toBe("ok");
  expect(await run("kubectl", ["--kubeconfig", file, "get", "namespaces", "-o", "name"])).toContain(
    "namespace/kube-system",
  );

  await hcp("destroy", "cluster", "none", "--name", "alone", "-n", namespace);
  expect(await management.get(HostedCluster, "alone", namespace)).toBeUndefined();
  expect(await management.get(Namespace, `${namespace}-alone`)).toBeUndefined();
  // Copies go with their owner, by the garbage collector.
  const secrets = async () => (await management.list(Secret, { namespace })).map(({ metadata }) => metadata?.name);
  await expect.poll(secrets, { timeout: 90_000 }).toEqual([]);
});

test("a control plane of the older minor runs beside those of the newer, and is updated in place", async () => {
  const registry = "registry.roost.test:5000";
  const [image = ""] = (await hcp("release", "push", "--registry", registry, "--version", "1.33.13")).split("\n");
  expect(await create("older", "--release-image", image, "--wait")).toMatchObject({ status: 0 });
  const file = join(root, ".roost", "older.kubeconfig");
  writeFileSync(file, await hcp("create", "kubeconfig", "--name", "older", "-n", namespace), { mode: 0o600 });
  const kubectl = (...words: string[]) => run("kubectl", ["--kubeconfig", file, ...words]);
  const version = async () => JSON.parse(await kubectl("get", "--raw", "/version")).gitVersion;
  expect(await version()).toBe("v1.33.13");
  await kubectl("create", "configmap", "kept");

  const said = new Set<string>();
  const completed = async (release: string) => {
    const { version, conditions } = (await management.get(HostedCluster, "older", namespace))?.status ?? {};
    const progressing = conditions?.find(({ type }) => type === "Progressing");
    if (progressing?.status === "True") said.add(progressing.message);
    const [{ state, version: latest } = {}] = version?.history ?? [];
    return state === "Completed" && latest === release && progressing?.status === "False" && version?.history;
  };
  await eventually("the older release being complete", 240, () => completed("1.33.13"));
  const newer = `${registry}/roost/release:1.34.4`;
  await management.patch(HostedCluster, "older", namespace, { spec: { release: { image: newer } } });
  const history = await eventually("the newer release being complete", 240, () => completed("1.34.4"));
  expect(history.map(({ state, version }) => `${state} ${version}`)).toEqual(["Completed 1.34.4", "Completed 1.33.13"]);
  expect([...said].some((message) => message.startsWith("Working towards release 1.34.4"))).toBe(true);
  await eventually("the API of the newer release", 60, async () => (await version()) === "v1.34.4");
  expect(await kubectl("get", "configmap", "kept", "-o", "name")).toContain("kept");
  await hcp("destroy", "cluster", "none", "--name", "older", "-n", namespace);
});

test("an unknown release image is a condition that names the image", async () => {
  await create("unknown", "--release-image", "registry.roost.test:5000/roost/release:9.99.9");
  const message = await eventually("ValidReleaseImage False", 120, async () => {
    const cluster = await management.get(HostedCluster, "unknown", namespace);
    const found = cluster?.status?.conditions?.find(({ type }) => type === "ValidReleaseImage");
    return found?.status === "False" && found.message;
  });
  expect(message).toContain("9.99.9");
  await hcp("destroy", "cluster", "none", "--name", "unknown", "-n", namespace);
});

test("a missing pull secret is a condition that names it", async () => {
  const rendered = await hcp(
    ...["create", "cluster", "none", "--name", "poor", "-n", namespace, "--pull-secret", pullSecret],
    ...["--render", "--render-sensitive", "--external-api-server-address", "192.0.2.1"],
    ...["--release-image", "registry.roost.test:5000/roost/release:1.34.4"],
  );
  const others = rendered
    .split(/^---$/m)
    .filter((document) => !/^kind: Secret$[\s\S]*^ {2}name: poor-pull-secret$/m.test(document));
  await run("kubectl", ["--kubeconfig", managementKubeconfig, "apply", "-f", "-"], others.join("---"));
  await eventually("a condition about the pull secret", 120, async () => {
    const cluster = await management.get(HostedCluster, "poor", namespace);
    return cluster?.status?.conditions?.some(
      ({ status, message }) => status === "False" && message?.includes("poor-pull-secret"),
    );
  });
  await hcp("destroy", "cluster", "none", "--name", "poor", "-n", namespace);
});

test.each([
  [["--cluster-cidr", "10.0.0.0/8", "--service-cidr", "10.1.0.0/16"], /overlap/],
  [["--cluster-cidr", "10.0.0.300/8"], /CIDR/],
  [["--base-domain", `${"a".repeat(70)}.test`], /base-domain/],
  [["--no-such-flag"], /no-such-flag/],
  [["--ssh-key", "/nowhere/key.pub"], /nowhere/],
])("bad input %j is one sentence and exit status 2, and nothing is created", async (words, message) => {
  const { status, stderr } = await create("bad", ...words);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toMatch(message);
  expect(status).toBe(2);
  expect(await management.get(HostedCluster, "bad", namespace)).toBeUndefined();
});

test("a name that makes the control plane's namespace too long is refused", async () => {
  const { status, stderr } = await create("n".repeat(62));
  expect(status).toBe(2);
  expect(stderr).toMatch(/63/);
});

describe("a cluster that runs", () => {
  const file = join(root, ".roost", "sealed.kubeconfig");

  beforeAll(async () => {
    expect(await create("sealed", "--wait")).toMatchObject({ status: 0 });
    writeFileSync(file, await hcp("create", "kubeconfig", "--name", "sealed", "-n", namespace), { mode: 0o600 });
  });

  test("Secrets of a hosted cluster are encrypted in its etcd", async () => {
    const secret = ["create", "secret", "generic", "probe", "--from-literal=word=plaintext-canary"];
    await run("kubectl", ["--kubeconfig", file, ...secret]);
    const tls = "/etc/etcd/tls";
    const read = [
      ...["--kubeconfig", managementKubeconfig, "exec", "-n", `${namespace}-sealed`, "etcd-0", "-c", "etcd", "--"],
      ...["etcdctl", "--endpoints=localhost:2379", `--cacert=${tls}/etcd-ca/ca.crt`],
      ...[`--cert=${tls}/client/etcd-client.crt`, `--key=${tls}/client/etcd-client.key`],
      ...["get", "/kubernetes.io/secrets/default/probe"],
    ];
    const stored = await run("kubectl", read);
    expect(stored).toContain("k8s:enc:aescbc:v1:");
    expect(stored).not.toContain("plaintext-canary");
  });

  test("the control plane comes back by itself after its pods are deleted", async () => {
    await run("kubectl", ["--kubeconfig", file, "create", "configmap", "kept"]);
    const words = ["--kubeconfig", managementKubeconfig, "delete", "pods", "--all", "-n", `${namespace}-sealed`];
    await run("kubectl", [...words, "--wait=true", "--grace-period=1"]);
    await eventually("the API answering again", 240, async () => {
      const { status, stdout } = await attempt("kubectl", [
        ...["--kubeconfig", file, "--request-timeout=5s", "get", "configmap", "kept", "-o", "name"],
      ]);
      return status === 0 && stdout.includes("kept");
    });
  });

  test("a second cluster of the same name is refused", async () => {
    const { status, stderr } = await create("sealed");
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/exists already/);
  });

  test("no hosted cluster has nodes that it was not given", async () => {
    const kube = await connect(file);
    expect(await kube.list(Node)).toEqual([]);
    kube.close();
  });
});
