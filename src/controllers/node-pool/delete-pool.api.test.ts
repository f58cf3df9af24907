import { afterAll, expect, test } from "vitest";
import { clusterNameLabel, Machine, MachineSet } from "../../api/cluster-api.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import type { NodePool } from "../../api/node-pool.ts";
import { ownerAnnotation } from "../../api/owned-namespace.ts";
import { operatorPermissions } from "../../api/permissions.ts";
import { nodePoolAnnotation } from "../../ignition/token-secret.ts";
import type { Kind } from "../../kube/kind.ts";
import { type Namespace, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { overrideKube } from "../../kube/override-kube.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { deletePool } from "./delete-pool.ts";
import { poolLabel } from "./machine-metadata.ts";

const api = await sharedApiServer("delete-pool");
const { kubeconfig } = api;
/** What no server has. Whether one may ask comes before whether there is such a thing. */
const unserved = "machines-unserved";
const rules = [...operatorPermissions, { apiGroups: ["cluster.x-k8s.io"], resources: [unserved], verbs: ["list"] }];
const operator = await kubeWithRights({ kube: api.kube, kubeconfig, name: "operator", rules });
afterAll(() => api.kube.close());

/** The namespace of a cluster's control plane. */
async function makeNamespace(cluster: string): Promise<void> {
  const annotations = { [ownerAnnotation]: `${api.namespace}/${cluster}` };
  const metadata = { name: `${api.namespace}-${cluster}`, annotations };
  await api.kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata });
}

test("a pool is not let go while Machines are not served, for there may be some", async () => {
  await installCrds(api.kube, { clusterApi: true });
  const namespace = `${api.namespace}-demo`;
  await makeNamespace("demo");
  const annotations = { [nodePoolAnnotation]: `${api.namespace}/workers` };
  const token = { metadata: { name: "token-workers", namespace, annotations } };
  await api.kube.create<Secret>({ apiVersion: "v1", kind: "Secret", ...token });
  const pool = {
    metadata: { name: "workers", namespace: api.namespace },
    spec: { clusterName: "demo", platform: { type: "None" } },
  } as NodePool;
  const remove = (kube: Kube) =>
    deletePool(pool, {
      kube,
      on: (other) => other,
      log: noLog,
      signal: AbortSignal.timeout(30_000),
      now: () => new Date(),
    });

  // As while a CustomResourceDefinition is being replaced: the server answers for it as for any path it does not have.
  const withoutMachines = overrideKube(operator, {
    list: (kind, options) => operator.list(kind.kind === Machine.kind ? { ...kind, plural: unserved } : kind, options),
  });
  await expect(remove(withoutMachines)).rejects.toThrow("does not serve Machine of cluster.x-k8s.io");
  expect(await api.kube.get(Secret, "token-workers", namespace)).toBeDefined();

  expect(await remove(operator)).toBeUndefined();
  expect(await api.kube.get(Secret, "token-workers", namespace)).toBeUndefined();
});

test.each([
  ["is there", {}, undefined],
  ["is being deleted", { deletionTimestamp: "2030-01-01T00:00:00Z" }, "true"],
  ["is gone", undefined, "true"],
] as const)(
  "machines of a pool whose cluster %s are drained only where there is a use for it",
  async (what, metadata, expected) => {
    await installCrds(api.kube, { clusterApi: true });
    const clusterName = what.replaceAll(" ", "-");
    const namespace = `${api.namespace}-${clusterName}`;
    await makeNamespace(clusterName);
    const pool = {
      metadata: { name: "workers", namespace: api.namespace },
      spec: { clusterName, platform: { type: "None" } },
    } as NodePool;
    await api.kube.create<Machine>({
      apiVersion: Machine.apiVersion,
      kind: Machine.kind,
      metadata: {
        name: "worker-1",
        namespace,
        labels: { [poolLabel]: "workers", [clusterNameLabel]: clusterName },
        annotations: { [nodePoolAnnotation]: `${api.namespace}/workers` },
      },
      spec: {
        clusterName,
        bootstrap: { dataSecretName: "user-data" },
        infrastructureRef: { apiGroup: "infrastructure.cluster.x-k8s.io", kind: "AgentMachine", name: "worker-1" },
      },
    });
    const cluster = metadata && { metadata: { name: clusterName, namespace: api.namespace, ...metadata } };
    const kube = overrideKube(operator, {
      get: (async (kind: Kind, ...rest: [string, string?]) =>
        kind.kind === HostedCluster.kind ? cluster : operator.get(kind, ...rest)) as Kube["get"],
    });
    const outcome = await deletePool(pool, {
      kube,
      on: (other) => other,
      log: noLog,
      signal: AbortSignal.timeout(30_000),
      now: () => new Date(),
    });
    expect(outcome).toMatchObject({ reason: "DeletingMachines" });
    const machine = await api.kube.get(Machine, "worker-1", namespace);
    const annotation = (name: string) => machine?.metadata?.annotations?.[`machine.cluster.x-k8s.io/${name}`];
    expect(annotation("exclude-node-draining")).toBe(expected);
    expect(annotation("exclude-wait-for-node-volume-detach")).toBe(expected);
  },
);

test("a pool is not let go while there is what may make one more machine of it, whatever memory says", async () => {
  await installCrds(api.kube, { clusterApi: true });
  const namespace = `${api.namespace}-makes`;
  await makeNamespace("makes");
  const labels = { [poolLabel]: "workers", [clusterNameLabel]: "makes" };
  const infrastructureRef = { apiGroup: "a.example.com", kind: "A", name: "a" };
  await api.kube.create<MachineSet>({
    apiVersion: MachineSet.apiVersion,
    kind: MachineSet.kind,
    metadata: {
      name: "workers-abcde",
      namespace,
      labels,
      annotations: { [nodePoolAnnotation]: `${api.namespace}/workers` },
    },
    spec: {
      clusterName: "makes",
      replicas: 0,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { clusterName: "makes", bootstrap: { dataSecretName: "user-data" }, infrastructureRef },
      },
    },
  });
  const pool = {
    metadata: { name: "workers", namespace: api.namespace },
    spec: { clusterName: "makes", platform: { type: "None" } },
  } as NodePool;
  const kube = overrideKube(operator, {
    list: async (kind, options) => (options?.live ? operator.list(kind, options) : []),
  });
  const remove = () =>
    deletePool(pool, {
      kube,
      on: (other) => other,
      log: noLog,
      signal: AbortSignal.timeout(30_000),
      now: () => new Date(),
    });
  expect(await remove()).toMatchObject({ message: "Waiting for MachineSet workers-abcde to go" });
  await api.kube.delete(MachineSet, "workers-abcde", namespace);
  expect(await remove()).toBeUndefined();
});
