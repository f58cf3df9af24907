import { expect, test } from "vitest";
import type { Resource } from "../../kube/resource.ts";
import { ensureNamespace } from "./ensure-namespace.ts";
import type { Pass } from "./pass.ts";

test("a namespace that is somebody else's is looked at again, because it may be given over", async () => {
  const pass = {
    cluster: { metadata: { name: "demo", namespace: "clusters" } },
    presentNamespace: { metadata: { name: "clusters-demo" } },
    ownsNamespace: false,
    now: () => new Date(),
  };
  expect(await ensureNamespace(pass as unknown as Pass)).toMatchObject({
    reason: "InvalidConfiguration",
    message: expect.stringContaining("kubectl annotate namespace clusters-demo"),
    afterMs: 20_000,
  });
});

test("a namespace that was seen is the only one that is applied: were it gone, a new one would pass for the cluster", async () => {
  const applied: Resource[] = [];
  const pass = (presentNamespace?: Resource) => ({
    cluster: { metadata: { name: "demo", namespace: "clusters" }, spec: { services: [] } },
    namespace: "clusters-demo",
    options: { allowedOverrides: [] },
    presentNamespace,
    ownsNamespace: presentNamespace !== undefined,
    kube: { apply: async (object: Resource) => applied.push(object) },
  });
  await ensureNamespace(pass() as unknown as Pass);
  await ensureNamespace(pass({ metadata: { name: "clusters-demo", uid: "seen" } }) as unknown as Pass);
  expect(applied.map(({ metadata }) => metadata?.uid)).toEqual([undefined, "seen"]);
});
