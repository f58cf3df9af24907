import { expect, test } from "vitest";
import type { ControlPlaneComponent } from "../../api/control-plane-component.ts";
import { components } from "../../control-plane/index.ts";
import type { Kind } from "../../kube/kind.ts";
import type { Resource } from "../../kube/resource.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { componentReports } from "./component-reports.ts";
import type { Pass } from "./pass.ts";

const scheduler = components.find(({ name }) => name === "kube-scheduler");
if (!scheduler) throw new Error("There is no component kube-scheduler");

/** Reports of one component to a server that keeps them, with a clock that the test turns. */
function reporting() {
  let object: ControlPlaneComponent = {};
  let seconds = 0;
  const written: string[] = [];
  const kube = {
    apply: async (manifest: Resource) => ({ ...manifest, status: object.status }),
    patch: async (_kind: Kind, _name: string, _namespace: string, patch: ControlPlaneComponent) => {
      object = patch;
      written.push(patch.status?.conditions?.map(({ status, message }) => `${status} ${message}`).join(", ") ?? "");
    },
  };
  const report = componentReports(() => seconds * 1000);
  const plane = aControlPlane();
  return {
    written,
    async says(is: boolean, message: string, after = 0, reason = "AsExpected") {
      seconds += after;
      const fact = { is, reason, message };
      const states = new Map([[scheduler?.name ?? "", { available: fact, rolloutComplete: fact }]]);
      const now = () => new Date("2026-01-01T00:00:00Z");
      const pass = { kube, namespace: "clusters-demo", hcp: { metadata: { generation: 1 } }, states, now };
      if (scheduler) await report(pass as unknown as Pass, plane, scheduler);
    },
  };
}

test("how far a component comes is written when it is there, and not at each pod", async () => {
  const { says, written } = reporting();
  await says(false, "0 of 2");
  await says(false, "1 of 2", 4);
  await says(true, "2 of 2", 4);
  expect(written).toEqual(["False 0 of 2, False 0 of 2", "True 2 of 2, True 2 of 2"]);
});

test("a component that goes on not being there says where it stands after a while", async () => {
  const { says, written } = reporting();
  await says(false, "0 of 2");
  await says(false, "1 of 2", 60);
  await says(false, "1 of 2; the image cannot be pulled", 9);
  expect(written).toHaveLength(1);
  await says(false, "1 of 2; the image cannot be pulled", 2);
  expect(written.slice(1)).toEqual([
    "False 1 of 2; the image cannot be pulled, False 1 of 2; the image cannot be pulled",
  ]);
});

test("that a component failed is written at once", async () => {
  const { says, written } = reporting();
  await says(false, "0 of 2");
  await says(false, "it is forbidden", 0, "ReconciliationError");
  expect(written).toHaveLength(2);
});
