import { expect, test } from "vitest";
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
