import { expect, test } from "vitest";
import type { EtcdClient } from "../../etcd/etcd-client.ts";
import { countObjects, resourceOf } from "./count-objects.ts";

test.each([
  ["/kubernetes.io/pods/default/a", "pods"],
  ["/kubernetes.io/deployments/default/a", "deployments"],
  ["/kubernetes.io/minions/worker-1", "minions"],
  ["/kubernetes.io/services/specs/default/kubernetes", "services/specs"],
  ["/kubernetes.io/services/endpoints/default/kubernetes", "services/endpoints"],
  ["/kubernetes.io/config.openshift.io/clusterversions/version", "config.openshift.io/clusterversions"],
  ["/kubernetes.io/apiregistration.k8s.io/apiservices/v1.", "apiregistration.k8s.io/apiservices"],
])("%s is one of %s", (key, resource) => {
  expect(resourceOf(key)).toBe(resource);
});

test("keys are counted page by page at one revision, each once", async () => {
  const all = Array.from(
    { length: 2_500 },
    (_, i) => `/kubernetes.io/configmaps/default/${String(i).padStart(4, "0")}`,
  );
  all.push("/kubernetes.io/secrets/default/a");
  const asked: Record<string, unknown>[] = [];
  const client = {
    async call(_host: string, _method: string, body: Record<string, unknown>) {
      asked.push(body);
      const from = Buffer.from(String(body.key), "base64").toString();
      const rest = all.filter((key) => key >= from);
      const kvs = rest.slice(0, Number(body.limit)).map((key) => ({ key: Buffer.from(key).toString("base64") }));
      return { kvs, more: rest.length > kvs.length };
    },
  } as unknown as EtcdClient;
  expect(await countObjects(client, "etcd-1", 77)).toEqual({ configmaps: 2_500, secrets: 1 });
  expect(asked).toHaveLength(3);
  for (const body of asked) expect(body).toMatchObject({ revision: 77, keys_only: true, serializable: true });
});
