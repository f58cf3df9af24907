import { afterAll, beforeAll, expect, test } from "vitest";
import { Backup } from "../../api/backup.ts";
import { Drill } from "../../api/drill.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { ClusterRole, ConfigMap, Deployment, type Namespace, PriorityClass } from "../../kube/kinds.ts";
import { type ApiServer, startApiServer } from "../../testing/api-server.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { runCommand } from "../testing/run-command.ts";
import { everythingInstalled } from "./everything-installed.ts";

const images = ["--hypershift-image", "r.example.com/roost:1", "--cluster-api-image", "r.example.com/cluster-api:1"];

// Rights and priority classes are the whole cluster's, and so are hosted clusters: a server of its own.
let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await installCrds(server.kube);
});
afterAll(() => server.stop());

/** What `hcp install` applies besides definitions. */
async function installed(namespace: string) {
  const { kube } = server;
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  for (const object of everythingInstalled(namespace)) await kube.apply(object);
  return { kube, namespace };
}

test("uninstall removes what install made, and leaves a namespace in which others run something", async () => {
  const { kube, namespace } = await installed("uninstall");
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "a", image: "a" }] } };
  await kube.create<Deployment>({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "theirs", namespace },
    spec: { selector: { matchLabels: { a: "b" } }, template },
  });
  expect(await kube.get(Deployment, "operator", namespace)).toBeDefined();
  const { status, stderr } = await runCommand(["uninstall", "--namespace", namespace], { kube });
  expect(stderr).toContain("stays, because it holds Deployment theirs");
  expect(status).toBe(0);
  expect(await kube.get(Deployment, "operator", namespace)).toBeUndefined();
  expect(await kube.get(ConfigMap, "supported-versions", namespace)).toBeUndefined();
  expect(await kube.get(ClusterRole, "hypershift-operator")).toBeUndefined();
  expect(await kube.get(PriorityClass, "hypershift-etcd")).toBeUndefined();
  expect(await kube.get(Deployment, "theirs", namespace)).toBeDefined();
});

test("uninstall refuses to take the definition of Backups away while there are some", async () => {
  const { kube, namespace } = await installed("with-backups");
  await kube.create<Backup>({
    apiVersion: Backup.apiVersion,
    kind: Backup.kind,
    metadata: { name: "last", namespace },
    spec: { clusterName: "demo", locationName: "store" },
  });
  const { status, stderr } = await runCommand(["uninstall", "--namespace", namespace, "--delete-crds"], { kube });
  expect(stderr).toContain(`There is 1 Backup (${namespace}/last)`);
  expect(stderr).toContain("--keep-stored");
  expect(status).toBe(1);
  expect(await kube.get(Deployment, "operator", namespace)).toBeDefined();
  await kube.delete(Backup, "last", namespace);
});

test("uninstall refuses while there is a hosted cluster, and removes nothing", async () => {
  const { kube, namespace } = await installed("refused");
  const line = "create cluster none --name demo --pull-secret pull.json --external-api-server-address 192.0.2.1";
  const files = { "pull.json": '{"auths":{}}' };
  const words = [...line.split(" "), "--release-image", "r.example.com/x:1", "--namespace", namespace];
  expect(await runCommand(words, { files, kube })).toMatchObject({ status: 0 });
  const { status, stderr } = await runCommand(["uninstall", "--namespace", namespace, "--delete-crds"], { kube });
  expect(stderr).toMatch(/There (is|are) .*HostedCluster/);
  expect(stderr).toContain('remove them first with "hcp destroy cluster"');
  expect(status).toBe(1);
  expect(await kube.get(Deployment, "operator", namespace)).toBeDefined();
  await kube.delete(HostedCluster, "demo", namespace);
});

test("uninstall refuses while a drill is not over, whose control plane nobody could destroy", async () => {
  const { kube, namespace } = await installed("with-drill");
  const metadata = { name: "d", namespace };
  await kube.create<Drill>({
    apiVersion: Drill.apiVersion,
    kind: Drill.kind,
    metadata,
    spec: { clusterName: "demo" },
  });
  const plane = { apiVersion: HostedControlPlane.apiVersion, kind: HostedControlPlane.kind, metadata, spec: aSpec() };
  await kube.create<HostedControlPlane>(plane);
  const uninstall = () => runCommand(["uninstall", "--namespace", namespace], { kube });
  const { status, stderr } = await uninstall();
  expect(stderr).toContain(`There is 1 Drill (${namespace}/d) not over`);
  expect(status).toBe(1);
  expect(await kube.get(Deployment, "operator", namespace)).toBeDefined();
  const over = { status: { completedAt: "2026-01-01T00:00:00Z" } };
  await kube.patch(Drill, "d", namespace, over, { subresource: "status" });
  expect((await uninstall()).stderr, "that one is not a drill's").toContain(`HostedControlPlane (${namespace}/d)`);
  await kube.delete(Drill, "d", namespace);
  await kube.delete(HostedControlPlane, "d", namespace);
});

test("install refuses a second namespace, because both operators would look after all clusters", async () => {
  const { kube, namespace } = await installed("first");
  const { status, stderr } = await runCommand(["install", ...images, "--namespace", `${namespace}-b`], { kube });
  expect(stderr).toContain("is installed in namespace ");
  expect(stderr).toContain("hcp uninstall");
  expect(status).toBe(1);
  await kube.delete(ConfigMap, "supported-versions", namespace);
});

test("preflight judges a real API server, and ends with 1 where something is lacking", async () => {
  const { kube } = await sharedApiServer("preflight");
  const { status, stdout, stderr } = await runCommand(["preflight"], { kube });
  expect(stdout).toMatch(/Kubernetes +ok +v1\.3\d/);
  expect(stdout).toMatch(/rights +ok/);
  expect(stdout).toMatch(/volumes +ok +standard is the default/);
  expect(stdout).toMatch(/room +lacking +no node is ready/);
  expect(stderr).toContain("The management cluster lacks ");
  expect(status).toBe(1);
});
