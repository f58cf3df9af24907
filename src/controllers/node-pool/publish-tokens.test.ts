import { expect, test } from "vitest";
import type { Role } from "../../kube/kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Pass } from "./pass.ts";
import { publishTokens } from "./publish-tokens.ts";

test("the ignition server may read no Secret where the pool has no token, and not all of them", async () => {
  const applied: Resource[] = [];
  const kube = {
    list: async () => [],
    get: async () => undefined,
    apply: async (object: Resource) => applied.push(object),
  };
  const pool = { metadata: { name: "workers", namespace: "clusters" } };
  await publishTokens({ kube, pool, namespace: "clusters-demo" } as unknown as Pass);
  const role = applied.find(({ kind }) => kind === "Role") as Role;
  expect(role.rules).toEqual([]);
});
