import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Context } from "../../kube/controller.ts";
import type { Kind } from "../../kube/kind.ts";
import type { DeleteOptions } from "../../kube/kube.ts";
import { aSpec } from "../../testing/control-planes.ts";
import { stopComponents } from "./stop-components.ts";

const pod = (name: string, component = "etcd") => ({
  metadata: { name, uid: `uid-${name}`, labels: { "hypershift.openshift.io/control-plane-component": component } },
});

/** A look at a control plane that was deleted so long ago, where some pods may not be deleted. */
async function stop({ seconds, refused = [] }: { seconds: number; refused?: string[] }) {
  const asked: [string, DeleteOptions | undefined][] = [];
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  const kube = {
    list: async ({ kind }: Kind) => (kind === "Pod" ? [pod("etcd-0"), pod("etcd-1"), pod("theirs", "other")] : []),
    delete: async (_: Kind, name: string, _namespace: string, options?: DeleteOptions) => {
      asked.push([name, options]);
      if (refused.includes(name)) throw new Error(`Cannot delete the Pod ${name}`);
      return true;
    },
  };
  const hcp: HostedControlPlane = {
    metadata: { name: "demo", namespace: "clusters-demo", deletionTimestamp },
    spec: aSpec() as never,
  };
  const now = () => new Date(Date.parse(deletionTimestamp) + seconds * 1000);
  const outcome = stopComponents(hcp, { kube, now } as unknown as Context);
  return { outcome, asked };
}

test("each pod of a component is stopped within a second, and only the one that was seen", async () => {
  const { outcome, asked } = await stop({ seconds: 1 });
  await expect(outcome).resolves.toMatchObject({ reason: "DeletingControlPlane" });
  expect(asked).toEqual([
    ["etcd-0", { uid: "uid-etcd-0", gracePeriodSeconds: 1 }],
    ["etcd-1", { uid: "uid-etcd-1", gracePeriodSeconds: 1 }],
  ]);
});

test("a pod that may not be deleted is said once all were asked to end, and holds up nothing for long", async () => {
  const early = await stop({ seconds: 1, refused: ["etcd-0"] });
  await expect(early.outcome).rejects.toThrow("Cannot delete the Pod etcd-0");
  expect(early.asked.map(([name]) => name)).toEqual(["etcd-0", "etcd-1"]);
  const late = await stop({ seconds: 60, refused: ["etcd-0"] });
  await expect(late.outcome).resolves.toBeUndefined();
});
