import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { operatorPermissions } from "../../api/permissions.ts";
import { findCondition } from "../../kube/conditions.ts";
import { Namespace, NetworkPolicy, Node } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor, waitForGone } from "../../kube/wait-for.ts";
import { type ApiServer, startApiServer } from "../../testing/api-server.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { networkPolicyController, networkPolicyControllerName } from "./controller.ts";
import { followManagementNetworks } from "./follow-management-networks.ts";

// One of its own: the controller fences each control plane that it sees, those of other tests too.
let server: ApiServer;
const running: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startApiServer();
  await installCrds(server.kube);
}, 180_000);
afterAll(() => server?.stop());
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

/** The operator's loop, with its rights and all that it follows, and a control plane's namespace. */
async function start(rules = operatorPermissions, namespace = `np-${randomBytes(4).toString("hex")}`) {
  const { kube, kubeconfig } = server;
  await kube.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  const own = await kubeWithRights({ kube, kubeconfig, name: "operator", rules });
  const stop = new AbortController();
  const passes: string[] = [];
  let enqueue: (controller: string) => void = () => {};
  const managementNetworks = followManagementNetworks({
    kube: own,
    log: noLog,
    signal: stop.signal,
    blocked: ["198.51.100.0/24"],
    onChange: () => enqueue(networkPolicyControllerName),
  });
  const ended = runControllers([networkPolicyController({ managementNetworks, operatorNamespace: "hypershift" })], {
    kube: own,
    log: noLog,
    signal: stop.signal,
    onPass: ({ key, result }) => key.startsWith(`${namespace}/`) && passes.push(result),
    onStart: (given) => {
      enqueue = given;
    },
  });
  const end = async () => {
    stop.abort();
    await ended;
    own.close();
  };
  running.push(end);
  return { kube, namespace, passes, end };
}

const makePlane = (kube: Kube, namespace: string) =>
  kube.create<HostedControlPlane>({
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedControlPlane",
    metadata: { name: "demo", namespace },
    spec: aSpec(),
  });
const blocked = (policy: NetworkPolicy) => JSON.stringify(policy.spec?.egress);
const seen = (kube: Kube, namespace: string, name: string, test: (policy: NetworkPolicy) => boolean = () => true) =>
  waitFor(kube, NetworkPolicy, name, test, { namespace });
const anyPolicy = (name: string, namespace: string): NetworkPolicy => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] },
});

test("a control plane's namespace is closed, and what an earlier operator opened is closed with it", async () => {
  const { kube, namespace } = await start();
  await kube.apply(anyPolicy("same-namespace", namespace), { fieldManager: "hosted-cluster" });
  await kube.apply(anyPolicy("of-an-administrator", namespace), { fieldManager: "kubectl" });
  await makePlane(kube, namespace);
  const closed = await seen(kube, namespace, "default-deny");
  expect(closed.spec?.policyTypes).toEqual(["Ingress", "Egress"]);
  expect(closed.metadata?.ownerReferences).toBeUndefined();
  await waitForGone(kube, NetworkPolicy, "same-namespace", { namespace });
  await seen(kube, namespace, "of-an-administrator");
});

test("an operator that starts again writes no policy anew", async () => {
  const first = await start();
  const { kube, namespace } = first;
  await makePlane(kube, namespace);
  await vi.waitUntil(() => first.passes.includes("done"), { timeout: 60_000 });
  const written = async () =>
    (await kube.list(NetworkPolicy, { namespace })).map(({ metadata }) => [metadata?.name, metadata?.resourceVersion]);
  const before = await written();
  await first.end();
  const second = await start(operatorPermissions, namespace);
  await vi.waitUntil(() => second.passes.includes("done"), { timeout: 60_000 });
  expect(await written()).toEqual(before);
});

test("a HostedControlPlane that says it is somebody else's opens nothing there", async () => {
  const { kube, namespace } = await start();
  await kube.patch(Namespace, namespace, undefined, { metadata: { annotations: { [ownerAnnotation]: "mine/demo" } } });
  const tls = { clientSecret: { name: "etcd" } };
  const plane = async (home: string) => {
    const unmanaged = { endpoint: `https://etcd-client.${home}.svc:2379`, tls };
    await kube.apply<HostedControlPlane>({
      apiVersion: "hypershift.openshift.io/v1beta1",
      kind: "HostedControlPlane",
      metadata: { name: "demo", namespace, annotations: { [ownerAnnotation]: `${home}/demo` } },
      spec: aSpec({ etcd: { managementType: "Unmanaged", unmanaged } }),
    });
  };
  await plane("mine");
  await seen(kube, namespace, "kas", (policy) => blocked(policy).includes('"mine"'));
  await plane("kube-system");
  const closed = await seen(kube, namespace, "kas", (policy) => !blocked(policy).includes('"mine"'));
  expect(blocked(closed)).not.toContain("kube-system");
});

test("etcd reaches out until it has the snapshot that it begins with, and while somebody has paused the control plane", async () => {
  const { kube, namespace } = await start();
  const storage = { type: "PersistentVolume" as const, restoreSnapshotURL: ["https://store.example.com/snapshot.db"] };
  await kube.create<HostedControlPlane>({
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedControlPlane",
    metadata: { name: "demo", namespace },
    spec: aSpec({ etcd: { managementType: "Managed", managed: { storage } } }),
  });
  const say = (...conditions: [type: string, status: string][]) =>
    kube.patch(
      HostedControlPlane,
      "demo",
      namespace,
      {
        status: {
          ready: false,
          conditions: conditions.map(([type, status]) => ({
            type,
            status,
            reason: "AsExpected",
            message: "",
            lastTransitionTime: new Date().toISOString(),
          })),
        },
      },
      { subresource: "status" },
    );
  await seen(kube, namespace, "etcd-moves-snapshots");
  await say(["EtcdSnapshotRestored", "True"]);
  await waitForGone(kube, NetworkPolicy, "etcd-moves-snapshots", { namespace });
  await say(["EtcdSnapshotRestored", "True"], ["ReconciliationActive", "False"]);
  await seen(kube, namespace, "etcd-moves-snapshots");
});

test("a policy that somebody deletes is put back", async () => {
  const { kube, namespace } = await start();
  await makePlane(kube, namespace);
  const { metadata } = await seen(kube, namespace, "kas");
  await kube.delete(NetworkPolicy, "kas", namespace);
  await seen(kube, namespace, "kas", (policy) => policy.metadata?.uid !== metadata?.uid);
});

test("a node that comes later is kept from kube-apiserver too, and its signs of life write nothing", async () => {
  const { kube, namespace, passes } = await start();
  await makePlane(kube, namespace);
  await seen(kube, namespace, "kas", (policy) => blocked(policy).includes("198.51.100.0/24"));
  const name = `node-of-${namespace}`;
  await kube.create<Node>({ apiVersion: "v1", kind: "Node", metadata: { name } });
  const say = (address: string, reason: string) =>
    kube.patch(
      Node,
      name,
      undefined,
      {
        status: {
          addresses: [{ type: "InternalIP", address }],
          conditions: [{ type: "Ready", status: "True", reason, message: "" }],
        },
      },
      { type: "merge", subresource: "status" },
    );
  await say("203.0.113.7", "first");
  const { metadata } = await seen(kube, namespace, "kas", (policy) => blocked(policy).includes("203.0.113.7/32"));
  const before = passes.length;
  await say("203.0.113.7", "second");
  await say("203.0.113.8", "third");
  const after = await seen(kube, namespace, "kas", (policy) => blocked(policy).includes("203.0.113.8/32"));
  expect(blocked(after)).not.toContain("203.0.113.7/32");
  expect((after.metadata?.generation ?? 0) - (metadata?.generation ?? 0)).toBe(1);
  // The address that changed, and the policy that was written for it.
  expect(passes.length - before).toBeLessThanOrEqual(3);
  await kube.delete(Node, name);
});

test.each(["nodes", "endpointslices", "servicecidrs"])(
  "an operator that may not read %s fences nothing, and says so with what to do",
  async (resource) => {
    const lacking = operatorPermissions.map((rule) => ({
      ...rule,
      resources: rule.resources.filter((each) => each !== resource),
    }));
    const { kube, namespace } = await start(lacking.filter(({ resources }) => resources.length > 0));
    await makePlane(kube, namespace);
    const stated = ({ status }: HostedControlPlane) => findCondition(status?.conditions, "NetworkPoliciesApplied");
    const plane = await waitFor(kube, HostedControlPlane, "demo", (each) => stated(each) !== undefined, { namespace });
    expect(stated(plane)).toMatchObject({ status: "False", reason: "ManagementNetworksUnknown" });
    expect(stated(plane)?.message).toContain(`${resource}`);
    expect(stated(plane)?.message).toContain("run hcp install again");
    expect(await kube.list(NetworkPolicy, { namespace })).toEqual([]);
  },
);
