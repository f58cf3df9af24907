import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { wantedRecovery, wantedRecoveryAnnotation } from "../../api/wanted-recovery.ts";
import { bundles, leaves, signers } from "../../control-plane/certificates.ts";
import { render } from "../../control-plane/component.ts";
import { components } from "../../control-plane/index.ts";
import type { ConfigMap, Deployment, Secret } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { type Recorded, recorded } from "../backup/recorded.ts";
import { drillObjects } from "./drill-objects.ts";

const live = "clusters-demo";
const plane = aControlPlane({
  spec: {
    controllerAvailabilityPolicy: "HighlyAvailable",
    kubeAPIServerDNSName: "kube.example.com",
    auditWebhook: { name: "audit-webhook" },
    additionalTrustBundle: { name: "user-ca-bundle" },
    pausedUntil: "true",
    etcd: {
      managementType: "Managed",
      managed: { storage: { type: "PersistentVolume", restoreSnapshotURL: ["https://store.example.com/a"] } },
    },
    secretEncryption: { type: "aescbc", aescbc: { activeKey: { name: "my-key" } } },
  },
});
const secret = (name: string, namespace = live): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace, uid: name, labels: { of: "the live cluster" }, annotations: { a: "b" } },
  type: "Opaque",
  data: { key: "c2VjcmV0" },
});
const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: live, uid: name },
  data,
});
const madeOnce = [...signers, "service-account-signing-key", "kubeadmin-password"];
const held: Resource[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: live } },
  ...madeOnce.map((name) => secret(name)),
  ...leaves(plane).map((leaf) => secret(leaf.secret)),
  ...["kube-apiserver-encryption", "kept-token", "pull-secret", "my-key", "audit-webhook", "token-pool-1"].map((name) =>
    secret(name),
  ),
  secret("pull-secret", "clusters"),
  ...Object.keys(bundles).map((name) => configMap(name)),
  configMap("durable-record", { signers: "{}", etcd: "{}", etcdRevision: "{}" }),
  configMap("user-ca-bundle", { "ca-bundle.crt": "x" }),
  configMap("etcd-members", { "etcd-0": "hold" }),
  {
    apiVersion: "hypershift.openshift.io/v1beta1",
    kind: "HostedControlPlane",
    metadata: {
      name: "demo",
      namespace: live,
      annotations: {
        "hypershift.openshift.io/cluster": "clusters/demo",
        "hypershift.openshift.io/restart-date": "2026-01-01",
        "hypershift.openshift.io/default-security-context-uid": "2002",
        "hypershift.openshift.io/etcd-priority-class": "system-node-critical",
        "resource-request-override.hypershift.openshift.io/etcd.etcd": "cpu=1",
      },
      finalizers: ["hypershift.openshift.io/finalizer"],
    },
    spec: plane.spec,
  } as Resource,
  { apiVersion: "cluster.x-k8s.io/v1beta1", kind: "Machine", metadata: { name: "m", namespace: live } },
];
const all: Recorded[] = held.map(recorded);
const made = drillObjects(all, { namespace: "drill-1", id: "1" });
const hcp = made.at(-1) as HostedControlPlane;
const namesOf = (kind: string) => made.filter((each) => each.kind === kind).map(({ metadata }) => metadata?.name);

test("a drill has the keys that were made once, what the spec names, and nothing with an address of the live cluster", () => {
  const others = ["kube-apiserver-encryption", "kept-token", "pull-secret", "my-key"];
  expect(namesOf("Secret").sort()).toEqual([...madeOnce, ...others].sort());
  expect(namesOf("ConfigMap").sort()).toEqual(["durable-record", "user-ca-bundle"]);
  expect([...new Set(made.map(({ kind }) => kind))]).toEqual(["Secret", "ConfigMap", "HostedControlPlane"]);
});

test("all of it is in the drill's namespace, belongs to nobody, and says nowhere which cluster it is of", () => {
  for (const { metadata } of made) {
    expect(metadata).toMatchObject({ namespace: "drill-1" });
    expect(Object.keys(metadata ?? {})).not.toEqual(expect.arrayContaining(["labels"]));
    expect(metadata?.ownerReferences ?? metadata?.finalizers).toBeUndefined();
  }
  expect(Object.keys(hcp.metadata?.annotations ?? {})).not.toContain("hypershift.openshift.io/cluster");
  const record = made.find(({ metadata }) => metadata?.name === "durable-record") as ConfigMap;
  expect(record.data).toEqual({ signers: "{}" });
});

test("a drill's control plane is one of one replica that nobody outside reaches, and of which nothing runs at first", () => {
  expect(hcp.spec.services.map(({ servicePublishingStrategy: { type } }) => type)).toEqual(Array(4).fill("None"));
  const { auditWebhook, kubeAPIServerDNSName, pausedUntil, platform, controllerAvailabilityPolicy } = hcp.spec;
  expect({ auditWebhook, kubeAPIServerDNSName, pausedUntil }).toEqual({});
  expect({ platform, controllerAvailabilityPolicy }).toEqual({
    platform: { type: "None" },
    controllerAvailabilityPolicy: "SingleReplica",
  });
  expect(hcp.spec.etcd.managed?.storage.restoreSnapshotURL).toBeUndefined();
  expect(hcp.spec.secretEncryption).toEqual(plane.spec.secretEncryption);
  expect(wantedRecovery(hcp)).toEqual({ id: "1", mode: "Stopped" });
  expect(hcp.metadata?.annotations?.["hypershift.openshift.io/disable-ignition-server"]).toBe("true");
  expect(plane.spec.pausedUntil, "what was recorded stays as it is").toBe("true");
});

test("a drill's programs run as those of the live cluster do, take no pod's place, and are known to be a drill's", () => {
  const { [wantedRecoveryAnnotation]: _, ...annotations } = hcp.metadata?.annotations ?? {};
  expect(annotations).toEqual({
    "hypershift.openshift.io/default-security-context-uid": "2002",
    "resource-request-override.hypershift.openshift.io/etcd.etcd": "cpu=1",
    "hypershift.openshift.io/disable-ignition-server": "true",
    "recovery.roost.dev/drill": "1",
    ...Object.fromEntries(
      ["control-plane", "api-critical", "etcd"].map((name) => [
        `hypershift.openshift.io/${name}-priority-class`,
        "hypershift-drill",
      ]),
    ),
  });
  const pods = components
    .flatMap((component) => render(component, { ...plane, annotations }))
    .flatMap((each) => ("spec" in each ? [(each as Deployment).spec?.template?.spec] : []))
    .filter((spec) => spec !== undefined);
  expect(new Set(pods.map(({ priorityClassName }) => priorityClassName))).toEqual(new Set(["hypershift-drill"]));
  const [apiServer] = pods.flatMap(({ containers }) => containers.filter(({ name }) => name === "kube-apiserver"));
  expect(apiServer?.args, "webhooks are not called that the data names").toContain(
    "--disable-admission-plugins=MutatingAdmissionWebhook,ValidatingAdmissionWebhook",
  );
});

test("without a HostedControlPlane there is nothing to drill", () => {
  const without = all.filter(({ facts }) => facts.kind !== "HostedControlPlane");
  expect(() => drillObjects(without, { namespace: "drill-1", id: "1" })).toThrow("is not among the objects");
});
