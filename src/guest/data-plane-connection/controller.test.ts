import { expect, test } from "vitest";
import type { Deployment, Node } from "../../kube/kinds.ts";
import { reachesControlPlane } from "./controller.ts";

const node = (name: string, status: string): Node => ({
  metadata: { name },
  status: { conditions: [{ type: "Ready", status }] },
});
const dns: Deployment = { status: { availableReplicas: 1 } };

test("a node whose kubelet is dead is named, whatever the others do", () => {
  expect(reachesControlPlane([node("a", "True"), node("b", "True")], dns).status).toBe("True");
  expect(reachesControlPlane([node("a", "True"), node("b", "Unknown")], dns)).toEqual({
    status: "False",
    reason: "KASAccessFailed",
    message: "1 of 2 nodes has stopped reporting, kubelet or machine is dead or cut off: b",
  });
});

test("a cluster whose DNS is lost says so", () => {
  expect(reachesControlPlane([node("a", "True")], { status: {} })).toMatchObject({
    status: "False",
    message: expect.stringContaining("no pod of the cluster's DNS does"),
  });
  expect(reachesControlPlane([node("a", "False")], undefined).message).toBe("No node is ready");
});
