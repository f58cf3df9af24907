import { beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { NodePool } from "../../api/node-pool.ts";
import { supportedVersionsLabel } from "../../api/operator-namespace.ts";
import { ConfigMap, Namespace, Secret } from "../../kube/kinds.ts";
import { overrideKube } from "../../kube/override-kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { files, lines, words } from "../testing/create-lines.ts";
import { runCommand } from "../testing/run-command.ts";

beforeAll(async () => {
  const { kube } = await sharedApiServer();
  await installCrds(kube);
  // Where the lines have their hosts.
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: "hosts" } });
});

for (const [name, line] of Object.entries(lines)) {
  test(`an API server accepts what ${name} renders`, async () => {
    const { kube, namespace } = await sharedApiServer("render");
    const { stdout } = await runCommand([...words(line), "--namespace", namespace], { files });
    for (const document of parseAllDocuments(stdout)) {
      await kube.apply(document.toJS() as Resource, { dryRun: true });
    }
  });
}

const none =
  "create cluster none --pull-secret pull.json --external-api-server-address 192.0.2.1 --release-image r.example.com/x:1";

test("create makes the cluster, and a second one of the same name is refused", async () => {
  const { kube, namespace } = await sharedApiServer("create");
  const line = [...words(none), "--name", "demo", "--namespace", namespace];
  const first = await runCommand(line, { files, kube });
  expect(first).toMatchObject({ status: 0 });
  expect(await kube.get(HostedCluster, "demo", namespace)).toBeDefined();
  expect(await kube.get(NodePool, "demo", namespace)).toBeDefined();
  expect(await kube.get(Secret, "demo-etcd-encryption-key", namespace)).toBeDefined();
  const second = await runCommand(line, { files, kube });
  expect(second.status).toBe(1);
  expect(second.stderr).toContain(`The HostedCluster ${namespace}/demo exists already`);
});

test("a command that died at any of its writes can be given again, and makes all of it", async () => {
  const { kube, namespace } = await sharedApiServer("died");
  // The field manager of the command itself.
  const asHcp = overrideKube(kube, {
    apply: (object, options) => kube.apply(object, { ...options, fieldManager: "hcp" }),
  });
  for (let survived = 0; ; survived++) {
    const name = `demo-${survived}`;
    const line = [...words(none), "--name", name, "--namespace", namespace];
    let writes = 0;
    const dying = <T>(write: () => Promise<T>, dryRun = false): Promise<T> =>
      dryRun || writes++ < survived ? write() : Promise.reject(new Error("killed"));
    const mortal = overrideKube(kube, {
      apply: (object, options) => dying(() => asHcp.apply(object, options), options?.dryRun),
      create: (object, options) => dying(() => kube.create(object, options), options?.dryRun),
    });
    const { status } = await runCommand(line, { files, kube: mortal });
    const first = await kube.get(HostedCluster, name, namespace);
    expect(first === undefined).toBe(status !== 0);
    if (!first) expect(await runCommand(line, { files, kube: asHcp })).toMatchObject({ status: 0 });
    expect(await kube.get(HostedCluster, name, namespace)).toBeDefined();
    expect(await kube.get(NodePool, name, namespace)).toBeDefined();
    for (const secret of ["pull-secret", "etcd-encryption-key"])
      expect(await kube.get(Secret, `${name}-${secret}`, namespace)).toBeDefined();
    if (status === 0) break;
  }
});

test("a NodePool of the name that somebody else made is not taken over", async () => {
  const { kube, namespace } = await sharedApiServer("theirs");
  const { stdout } = await runCommand([...words(none), "--render", "--name", "demo", "--namespace", namespace], {
    files,
  });
  const pool = parseAllDocuments(stdout)
    .map((each) => each.toJS() as Resource)
    .find(({ kind }) => kind === "NodePool");
  await kube.apply(pool as Resource, { fieldManager: "somebody" });
  const { status, stderr } = await runCommand([...words(none), "--name", "demo", "--namespace", namespace], {
    files,
    kube,
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining(`The NodePool ${namespace}/demo exists already`)]);
});

test("what the API server refuses is bad input, and nothing is made", async () => {
  const { kube, namespace } = await sharedApiServer("refused");
  const line = [...words(none), "--name", "demo", "--namespace", namespace, "--pods-labels"];
  const labels = Array.from({ length: 21 }, (_, index) => `l${index}=x`).join(",");
  const { status, stderr } = await runCommand([...line, labels], { files, kube });
  expect(stderr).toContain("spec.labels");
  expect(status).toBe(2);
  expect(await kube.list(Secret, { namespace })).toEqual([]);
  expect(await kube.get(HostedCluster, "demo", namespace)).toBeUndefined();
});

test("a NodePool for a cluster that is not there is refused", async () => {
  const { kube, namespace } = await sharedApiServer("pool");
  const line = ["create", "nodepool", "agent", "--name", "a", "--cluster-name", "nowhere", "--namespace", namespace];
  const { status, stderr } = await runCommand(line, { kube });
  expect(stderr).toContain(`there is no such HostedCluster in namespace ${namespace}`);
  expect(status).toBe(2);
});

test("get shows a table, and the object itself as YAML", async () => {
  const { kube, namespace } = await sharedApiServer("get");
  await runCommand([...words(none), "--name", "demo", "--namespace", namespace], { files, kube });
  const table = await runCommand(["get", "clusters", "-n", namespace], { kube });
  expect(table.stdout).toMatch(/^NAMESPACE +NAME +VERSION +PLATFORM/);
  expect(table.stdout).toMatch(/demo +None/);
  const yaml = await runCommand(["get", "nodepools", "demo", "-n", namespace, "-o", "yaml"], { kube });
  expect(parseAllDocuments(yaml.stdout)[0]?.toJS()).toMatchObject({ kind: "NodePool", metadata: { name: "demo" } });
  const none_ = await runCommand(["get", "clusters", "nowhere", "-n", namespace], { kube });
  expect(none_).toMatchObject({ status: 1, stdout: "" });
});

test("the default release is that of the operator, in whichever namespace it is installed", async () => {
  const { kube, namespace } = await sharedApiServer("elsewhere");
  const labels = { [supportedVersionsLabel]: "true" };
  await kube.create<ConfigMap>({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "supported-versions", namespace, labels },
    data: { "default-release-image": "r.example.com/release:1", "server-version": "7.7.7" },
  });
  const line = "create cluster none --pull-secret pull.json --external-api-server-address 192.0.2.1 --name demo";
  const made = await runCommand([...words(line), "--namespace", namespace], { files, kube });
  expect(made).toMatchObject({ status: 0 });
  expect((await kube.get(HostedCluster, "demo", namespace))?.spec.release.image).toBe("r.example.com/release:1");
  expect((await runCommand(["version"], { kube })).stdout).toContain("Server Version: 7.7.7");
  await kube.delete(ConfigMap, "supported-versions", namespace);
});

test("who stops waiting for a cluster is told that it is there, and how it goes away", async () => {
  const { kube, namespace } = await sharedApiServer("waiting");
  const line = [...words(none), "--name", "demo", "--namespace", namespace, "--wait", "--timeout", "1s"];
  const { status, stderr } = await runCommand(line, { files, kube });
  expect(stderr).toContain(`The HostedCluster ${namespace}/demo is there and goes on without this command`);
  expect(stderr).toContain(`hcp destroy cluster --name demo --namespace ${namespace}`);
  expect(status).toBe(1);
});

test("where a namespace has nothing to show, those that have are named", async () => {
  const { kube, namespace } = await sharedApiServer("shown");
  await runCommand([...words(none), "--name", "demo", "--namespace", namespace], { files, kube });
  const { status, stderr } = await runCommand(["get", "clusters", "-n", "nosuch"], { kube });
  expect(stderr).toContain("There are no HostedClusters in namespace nosuch; there are some in ");
  expect(stderr).toContain(namespace);
  expect(status).toBe(0);
});

test("a NodePool of another platform than its cluster's is refused with a command that there is", async () => {
  const { kube, namespace } = await sharedApiServer("platform");
  await runCommand([...words(none), "--name", "demo", "--namespace", namespace], { files, kube });
  const pool = (type: string) =>
    runCommand(["create", "nodepool", type, "--name", "b", "--cluster-name", "demo", "--namespace", namespace], {
      kube,
    });
  const { status, stderr } = await pool("agent");
  const [, hint = ""] = /use "hcp (create nodepool \w+)"/.exec(stderr) ?? [];
  expect(status).toBe(2);
  expect((await runCommand([...words(hint), "--help"])).stdout).toContain("Usage");
  expect(await pool("none")).toMatchObject({ status: 0 });
});

test("destroy takes the cluster and what was made for it, and leaves the rest", async () => {
  const { kube, namespace } = await sharedApiServer("destroy");
  await runCommand([...words(none), "--name", "demo", "--namespace", namespace], { files, kube });
  await kube.delete(NodePool, "demo", namespace);
  await kube.create<Secret>({ apiVersion: "v1", kind: "Secret", metadata: { name: "mine", namespace } });
  const { status, stderr } = await runCommand(["destroy", "cluster", "--name", "demo", "--namespace", namespace], {
    kube,
  });
  expect(stderr).toContain("destroyed, with 2 objects");
  expect(status).toBe(0);
  expect((await kube.list(Secret, { namespace })).map(({ metadata }) => metadata?.name)).toEqual(["mine"]);
  expect((await kube.get(Namespace, namespace))?.metadata?.deletionTimestamp).toBeUndefined();
  const again = await runCommand(["destroy", "cluster", "--name", "demo", "--namespace", namespace], { kube });
  expect(again.stderr).toContain(`There is no HostedCluster ${namespace}/demo`);
});
