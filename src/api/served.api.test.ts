import { beforeAll, expect, test } from "vitest";
import { CustomResourceDefinition } from "../kube/kinds.ts";
import type { Resource } from "../kube/resource.ts";
import { installCrds } from "../testing/install-crds.ts";
import { kstatus } from "../testing/kstatus.ts";
import { type Sample, samples } from "../testing/samples.ts";
import { type SharedApiServer, sharedApiServer } from "../testing/shared-api-server.ts";
import { HostedCluster } from "./hosted-cluster.ts";
import { NodePool } from "./node-pool.ts";
import { definitions } from "./schema/definitions.ts";

let server: SharedApiServer;
beforeAll(async () => {
  server = await sharedApiServer("served");
  await installCrds(server.kube);
});

const sample = (name: string): Sample => {
  const object = samples().get(name) as Sample;
  return { ...object, metadata: { ...object.metadata, namespace: server.namespace } };
};

test("a HostedCluster that says the least gets the documented defaults", async () => {
  const cluster = await server.kube.create(sample("hosted-cluster-none"));
  expect(cluster.spec).toMatchObject({
    networking: {
      networkType: "OVNKubernetes",
      clusterNetwork: [{ cidr: "10.132.0.0/14" }],
      serviceNetwork: [{ cidr: "172.31.0.0/16" }],
    },
    etcd: {
      managementType: "Managed",
      managed: { storage: { type: "PersistentVolume", persistentVolume: { size: "8Gi" } } },
    },
    controllerAvailabilityPolicy: "HighlyAvailable",
    infrastructureAvailabilityPolicy: "SingleReplica",
    issuerURL: "https://kubernetes.default.svc",
    olmCatalogPlacement: "management",
    capabilities: {},
  });
});

test("a NodePool that says the least gets the documented defaults", async () => {
  const pool = await server.kube.create(sample("node-pool-none"));
  expect(pool.spec).toMatchObject({
    arch: "amd64",
    management: {
      autoRepair: false,
      replace: { strategy: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    },
  });
  expect(pool.spec).not.toHaveProperty("replicas");
});

test("defaults of a platform come with the platform", async () => {
  const pool = sample("node-pool-none");
  const kubevirt = { ...pool.spec, platform: { type: "KubeVirt", kubevirt: {} } };
  const made = await server.kube.create({ ...pool, spec: kubevirt, metadata: { ...pool.metadata, name: "kubevirt" } });
  expect(made.spec.platform).toEqual({
    type: "KubeVirt",
    kubevirt: {
      rootVolume: { type: "Persistent", persistent: { size: "32Gi" } },
      compute: { cores: 2, memory: "8Gi", qosClass: "Burstable" },
      networkInterfaceMultiqueue: "Enable",
      attachDefaultNetwork: true,
    },
  });
  const powervs = { ...pool.spec, platform: { type: "PowerVS", powervs: {} } };
  const other = await server.kube.create({ ...pool, spec: powervs, metadata: { ...pool.metadata, name: "powervs" } });
  expect(other.spec.platform).toMatchObject({
    powervs: {
      systemType: "s922",
      processorType: "shared",
      processors: "0.5",
      memoryGiB: 32,
      storageType: "tier1",
      imageDeletePolicy: "delete",
    },
  });
});

test("an object written as v1alpha1 is read as v1beta1", async () => {
  const old = { ...sample("hosted-cluster-kubevirt"), apiVersion: "hypershift.openshift.io/v1alpha1" };
  await server.kube.create(old);
  const read = await server.kube.get(HostedCluster, "kubevirt", server.namespace);
  expect(read).toMatchObject({ apiVersion: "hypershift.openshift.io/v1beta1", spec: old.spec });
});

test("a NodePool is scaled through its scale subresource", async () => {
  await server.kube.create({ ...sample("node-pool-gcp") });
  await server.kube.patch(NodePool, "gcp", server.namespace, { spec: { replicas: 3 } }, { subresource: "scale" });
  expect(await server.kube.get(NodePool, "gcp", server.namespace)).toMatchObject({ spec: { replicas: 3 } });
});

test("a NodePool that is autoscaled is not scaled by hand", async () => {
  await server.kube.create(sample("node-pool-aws"));
  const scaled = server.kube.patch(
    NodePool,
    "aws",
    server.namespace,
    { spec: { replicas: 3 } },
    { subresource: "scale" },
  );
  await expect(scaled).rejects.toThrow("write replicas or autoScaling, not both");
});

test("fields that no kind knows are dropped, and settings of others are kept", async () => {
  const cluster = sample("hosted-cluster-openstack");
  const made = await server.kube.create({ ...cluster, spec: { ...cluster.spec, colour: "blue" } });
  expect(made.spec).not.toHaveProperty("colour");
});

test.each(definitions)("the names of $kind.kind are accepted", async ({ kind, shortNames, categories, singular }) => {
  const name = `${kind.plural}.${kind.apiVersion.split("/")[0]}`;
  const crd = await server.kube.get(CustomResourceDefinition, name);
  expect(crd?.status?.acceptedNames).toMatchObject({
    kind: kind.kind,
    plural: kind.plural,
    singular,
    ...(shortNames && { shortNames }),
    ...(categories && { categories }),
  });
});

test.each(["hosted-cluster-agent", "node-pool-agent", "infra-env"])(
  "to who knows only kstatus, %s is not finished before anybody looked at it, whatever is sent as its status",
  async (name) => {
    const { metadata, ...object } = sample(name);
    const made = await server.kube.create({ ...object, metadata: { ...metadata, name: "unseen" } });
    expect(object.status).toBeDefined();
    expect([made.status, kstatus(made as Resource)]).toEqual([{ observedGeneration: -1 }, "InProgress"]);
  },
);
