import { afterAll, expect, test } from "vitest";
import { Machine } from "../../api/cluster-api.ts";
import type { NodePool } from "../../api/node-pool.ts";
import { nodePoolAnnotation } from "../../ignition/token-secret.ts";
import { type Namespace, Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { overrideKube } from "../../kube/override-kube.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { deletePool } from "./delete-pool.ts";

const api = await sharedApiServer("delete-pool");
afterAll(() => api.kube.close());

test("a pool is not let go while Machines are not served, for there may be some", async () => {
  await installCrds(api.kube, { clusterApi: true });
  const namespace = `${api.namespace}-demo`;
  await api.kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
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
  const withoutMachines = overrideKube(api.kube, {
    list: (kind, options) =>
      api.kube.list(kind.kind === Machine.kind ? { ...kind, plural: "machines-unserved" } : kind, options),
  });
  await expect(remove(withoutMachines)).rejects.toThrow("does not serve Machine of cluster.x-k8s.io");
  expect(await api.kube.get(Secret, "token-workers", namespace)).toBeDefined();

  expect(await remove(api.kube)).toBeUndefined();
  expect(await api.kube.get(Secret, "token-workers", namespace)).toBeUndefined();
});
