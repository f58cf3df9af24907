import { afterAll, beforeAll, expect, test } from "vitest";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { keptTokenName } from "../../api/kept-token-name.ts";
import { controlPlaneOperatorPermissions } from "../../api/permissions.ts";
import { Verification } from "../../api/verification.ts";
import { runCommand } from "../../cli/testing/run-command.ts";
import { memberHost } from "../../control-plane/etcd/members.ts";
import { EtcdClient } from "../../etcd/etcd-client.ts";
import { keptToken } from "../../guest/kept-token/controller.ts";
import { findCondition } from "../../kube/conditions.ts";
import { type Namespace, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { textOf } from "../../kube/text-of.ts";
import { waitFor } from "../../kube/wait-for.ts";
import { aControlPlane, aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { type RunningControlPlane, runControlPlane } from "../../testing/run-control-plane.ts";
import { samples } from "../../testing/samples.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { writeDurableRecord } from "../hosted-control-plane/durable-record.ts";
import { verification } from "./controller.ts";

// A real control plane without nodes, and the management cluster that it is verified from.
let plane: RunningControlPlane;
let management: Kube;
let clusters: string;
let namespace: string;
let etcd: EtcdClient;
const stop = new AbortController();
let running: Promise<unknown>;
const within = { timeout: 60_000, interval: 200 };

beforeAll(async () => {
  const shared = await sharedApiServer("verified");
  management = shared.kube;
  clusters = shared.namespace;
  namespace = `${clusters}-demo`;
  [plane] = await Promise.all([
    runControlPlane({ facts: aControlPlane({ namespace }), version: "1.34" }),
    installCrds(management),
  ]);
  await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const sample = samples().get("hosted-cluster-agent");
  const { status: _, ...cluster } = sample as Resource & { status?: unknown };
  await management.create({ ...cluster, metadata: { name: "demo", namespace: clusters } });
  const { apiVersion, kind } = HostedControlPlane;
  await management.create<HostedControlPlane>({
    apiVersion,
    kind,
    metadata: { name: "demo", namespace },
    spec: aSpec(),
  });
  const client = plane.secrets.find(({ metadata }) => metadata?.name === "etcd-client-tls") as Secret;
  await management.apply<Secret>({ ...client, metadata: { name: "etcd-client-tls", namespace } });
  await management.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "hcco-kubeconfig", namespace },
    data: { kubeconfig: Buffer.from(plane.kubeconfig).toString("base64") },
  });
  const [ca = "", certificate = "", key = ""] = ["ca.crt", "tls.crt", "tls.key"].map((file) => textOf(client, file));
  const addressOf = () => plane.etcdAddress;
  etcd = new EtcdClient({ ca, certificate, key }, { addressOf });
  const name = "control-plane-operator";
  const own = await kubeWithRights({ ...shared, name, rules: controlPlaneOperatorPermissions, namespace });
  const guest = { management: own, guest: plane.kube, namespace, releaseOf: never, resolve: never };
  const controllers = [verification({ namespace, addressOf }), keptToken(guest)];
  running = runControllers(controllers, { kube: own, log: noLog, signal: stop.signal });
});
afterAll(async () => {
  stop.abort();
  await running;
  etcd?.close();
  await plane?.stop();
  management?.close();
});

const never = (): never => {
  throw new Error("Nobody asks for it");
};

const ask = (spec: Verification["spec"] = {}) =>
  management.create<Verification>({
    apiVersion: Verification.apiVersion,
    kind: Verification.kind,
    metadata: { generateName: "verify-", namespace },
    spec,
  });

async function asked(spec: Verification["spec"] = {}): Promise<Verification> {
  const { metadata } = await ask(spec);
  const isComplete = ({ status }: Verification) => status?.completedAt !== undefined;
  return waitFor(management, Verification, metadata?.name ?? "", isComplete, { namespace, timeoutMs: 120_000 });
}

const resultsOf = ({ status }: Verification) =>
  Object.fromEntries((status?.checks ?? []).map(({ name, result }) => [name, result]));

const keptSecret = () => management.get(Secret, keptTokenName, namespace);

test("a cluster that works passes every check that has something to ask", async () => {
  await expect.poll(keptSecret, within).toBeDefined();
  const done = await asked();
  expect(resultsOf(done)).toEqual({
    "etcd-members": "passed",
    "etcd-hash": "skipped",
    "etcd-revision": "skipped",
    "object-counts": "skipped",
    secrets: "passed",
    "old-token": "passed",
    "node-heartbeats": "skipped",
    logs: "skipped",
    exec: "skipped",
    dns: "skipped",
    webhooks: "skipped",
  });
  expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({ status: "True" });
});

test("hcp verify cluster prints what was found and ends with 1 where a check failed", async () => {
  const line = ["verify", "cluster", "--name", "demo", "-n", clusters];
  const well = await runCommand(line, { kube: management });
  expect(well).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^etcd-members +passed +\d+\.\d +1 member votes/m),
  });
  await writeDurableRecord(management, namespace, "etcdRevision", { highest: 1e12, at: new Date().toISOString() });
  const behind = await runCommand([...line, "-o", "json"], { kube: management });
  expect(behind).toMatchObject({ status: 1, stderr: expect.stringContaining("etcd-revision: etcd is at revision") });
  const found = JSON.parse(behind.stdout) as { name: string; result: string }[];
  expect(found.find(({ name }) => name === "etcd-revision")).toMatchObject({ result: "failed" });
  await writeDurableRecord(management, namespace, "etcdRevision", { highest: 1, at: new Date().toISOString() });
});

test("what fails is tried again for as long as was asked", async () => {
  const { clusterID } = await etcd.status(memberHost("etcd-0", namespace));
  await writeDurableRecord(management, namespace, "etcd", { clusterID: "c0ffee", members: {} });
  const { metadata } = await ask({ checks: ["etcd-members"], tryFor: "5m" });
  const name = metadata?.name ?? "";
  const failing = ({ status }: Verification) => status?.checks?.[0]?.result === "failed";
  const first = await waitFor(management, Verification, name, failing, { namespace, timeoutMs: 60_000 });
  expect(first.status?.completedAt).toBeUndefined();
  expect(findCondition(first.status?.conditions, "Reconciling")?.message).toContain("on record is c0ffee");
  await writeDurableRecord(management, namespace, "etcd", { clusterID, members: {} });
  const isComplete = ({ status }: Verification) => status?.completedAt !== undefined;
  const done = await waitFor(management, Verification, name, isComplete, { namespace, timeoutMs: 60_000 });
  expect(findCondition(done.status?.conditions, "Succeeded")).toMatchObject({ status: "True" });
  expect(findCondition(done.status?.conditions, "Reconciling")).toBeUndefined();
});

test("a token of another cluster is refused", async () => {
  const kept = (await keptSecret()) as Secret;
  const [header, claims] = (textOf(kept, "token") ?? "").split(".");
  const forged = Buffer.from(`${header}.${claims}.${Buffer.alloc(256, 1).toString("base64url")}`).toString("base64");
  await management.patch(Secret, keptTokenName, namespace, { data: { token: forged } });
  const done = await asked({ checks: ["old-token"] });
  expect(resultsOf(done)).toEqual({ "old-token": "failed" });
  expect(done.status?.checks?.[0]?.message).toContain("is refused: ");
  await management.patch(Secret, keptTokenName, namespace, { data: kept.data });
});

test("objects are counted as etcd has them, and a check that there is not proves nothing", async () => {
  const none = await asked({ checks: ["object-counts", "luck"], objectCounts: { "a.example.com/apples": 3 } });
  const message = findCondition(none.status?.conditions, "Succeeded")?.message ?? "";
  expect(message).toContain("0 a.example.com/apples in place of 3");
  expect(message).toContain("luck: there is no such check");
  const found = /(\d+) apiregistration.k8s.io\/apiservices in place of 0/.exec(message)?.[1];
  const { items } = JSON.parse(
    (await plane.kube.request("GET", "/apis/apiregistration.k8s.io/v1/apiservices")).body,
  ) as { items: unknown[] };
  expect(Number(found)).toBe(items.length);
});
