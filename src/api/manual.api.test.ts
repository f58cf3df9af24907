import { beforeAll, describe, expect, test } from "vitest";
import type { Kind } from "../kube/kind.ts";
import { changed } from "../testing/changed.ts";
import { installCrds } from "../testing/install-crds.ts";
import { type Sample, samples } from "../testing/samples.ts";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { HostedCluster } from "./hosted-cluster.ts";
import { NodePool } from "./node-pool.ts";

// What the manual of hosted control planes writes: its fragments of YAML, completed by what they leave out, and its
// patches, in the order in which its procedures use them.

let server: SharedApiServer;
beforeAll(async () => {
  server = await sharedApiServer("manual");
  await installCrds(server.kube);
});

const openID = {
  openID: {
    claims: { email: ["email"], name: ["name"], preferredUsername: ["preferred_username"] },
    clientID: "console",
    clientSecret: { name: "client-secret" },
    issuer: "https://example.com/identity",
  },
  mappingMethod: "lookup",
  name: "IAM",
  type: "OpenID",
};
const drained = {
  arch: "amd64",
  clusterName: "clustername",
  management: {
    autoRepair: false,
    replace: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, strategy: "RollingUpdate" },
    upgradeType: "Replace",
  },
  nodeDrainTimeout: "0s",
};
const restored = {
  managed: {
    storage: {
      persistentVolume: { size: "4Gi" },
      type: "PersistentVolume",
      restoreSnapshotURL: ["https://bucket.s3.example.com/snapshot.db?X-Amz-Signature=0"],
    },
  },
  managementType: "Managed",
};

const cluster = "hosted-cluster-none";
const pool = "node-pool-none";
const examples = [
  ["an OpenID provider", cluster, "v1alpha1", { "spec.configuration": { oauth: { identityProviders: [openID] } } }],
  ["tuning by ConfigMap", pool, "v1alpha1", { "spec.tuningConfig": [{ name: "tuned-1" }] }],
  ["a MachineConfig by ConfigMap", pool, "v1beta1", { "spec.config": [{ name: "machine-config" }] }],
  [
    "a time for drains",
    pool,
    "v1alpha1",
    Object.fromEntries(Object.entries(drained).map(([k, v]) => [`spec.${k}`, v])),
  ],
  ["previews", cluster, "v1beta1", { "spec.configuration": { featureGate: { featureSet: "TechPreviewNoUpgrade" } } }],
  ["a snapshot to restore", cluster, "v1beta1", { "spec.etcd": restored }],
  [
    "encryption of Secrets",
    cluster,
    "v1beta1",
    { "spec.secretEncryption": { type: "aescbc", aescbc: { activeKey: { name: "demo-etcd-encryption-key" } } } },
  ],
] as const;

test.each(examples)("%s is accepted as the manual writes it", async (_what, sample, version, changes) => {
  const object = { ...samples().get(sample), apiVersion: `hypershift.openshift.io/${version}` } as Sample;
  const written = changed({ ...object, metadata: { name: "example", namespace: server.namespace } }, changes);
  await expect(server.kube.create(written, { dryRun: true })).resolves.toMatchObject({ spec: written.spec });
});

test("one snapshot for each member is refused: all members are filled from one", async () => {
  const object = { ...samples().get(cluster), metadata: { name: "example", namespace: server.namespace } } as Sample;
  const urls = ["https://a.example.com/0", "https://a.example.com/1", "https://a.example.com/2"];
  const three = changed(object, { "spec.etcd": restored, "spec.etcd.managed.storage.restoreSnapshotURL": urls });
  await expect(server.kube.create(three, { dryRun: true })).rejects.toThrow("must have at most 1 item");
});

describe("patches of the manual's procedures", () => {
  beforeAll(async () => {
    for (const name of [cluster, pool]) {
      const object = samples().get(name) as Sample;
      await server.kube.create({ ...object, metadata: { name: "demo", namespace: server.namespace } });
    }
  });

  const patches = [
    [HostedCluster, { pausedUntil: "true" }],
    [HostedCluster, { pausedUntil: "" }],
    [HostedCluster, { pausedUntil: "2022-03-03T03:28:48Z" }],
    [HostedCluster, { pausedUntil: null }],
    [HostedCluster, { release: { image: "registry.example.com/roost/release:1.34.5" } }],
    [NodePool, { pausedUntil: "true" }],
    [NodePool, { pausedUntil: "" }],
    [NodePool, { nodeDrainTimeout: "60s", release: { image: "registry.example.com/roost/release:1.34.5" } }],
  ] as const;

  test.each(patches)("$kind: %o", async (kind, spec) => {
    await expect(server.kube.patch(kind as Kind, "demo", server.namespace, { spec })).resolves.toBeDefined();
  });

  test("scale a node pool to nothing and back", async () => {
    for (const replicas of [0, 1]) {
      await server.kube.patch(NodePool, "demo", server.namespace, { spec: { replicas } }, { subresource: "scale" });
      expect(await server.kube.get(NodePool, "demo", server.namespace)).toMatchObject({ spec: { replicas } });
    }
  });
});
