import { expect, test } from "vitest";
import type { Kube } from "../../kube/kube.ts";
import { Failed } from "./operation.ts";
import { tellMembers } from "./tell-members.ts";

test("where nobody knows any more where the snapshot is served the restore fails, and is not tried in vain", async () => {
  const kube = { get: async () => undefined } as unknown as Kube;
  const told = tellMembers(
    { kube, name: "restore-u", namespace: "hypershift" },
    { bump: 1, namespace: "clusters-demo" },
  );
  await expect(told).rejects.toThrow(Failed);
  await expect(told).rejects.toThrow("The Secret hypershift/restore-u is gone");
});
