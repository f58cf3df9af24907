import { expect, test } from "vitest";
import type { DaemonSet } from "../../kube/kinds.ts";
import { nodesTrust } from "./controller.ts";

const daemonSet = (status: Partial<DaemonSet["status"]> = {}): DaemonSet => ({
  metadata: { generation: 2 },
  status: {
    observedGeneration: 2,
    desiredNumberScheduled: 3,
    currentNumberScheduled: 3,
    numberMisscheduled: 0,
    updatedNumberScheduled: 3,
    numberReady: 3,
    ...status,
  },
});
const ends = [new Date("2034-05-01T12:00:00Z"), new Date("2031-02-03T12:00:00Z")];

test("nodes trust the present authorities when each has them, or when no former one is left that they could depend on", () => {
  expect(nodesTrust(ends, daemonSet())).toEqual({ status: "True", reason: "AsExpected" });
  expect(nodesTrust([], undefined).status).toBe("True");
});

test("nodes without them are counted, and it is said when they are cut off", () => {
  for (const status of [{ updatedNumberScheduled: 2 }, { numberReady: 2 }])
    expect(nodesTrust(ends, daemonSet(status))).toMatchObject({
      status: "False",
      reason: "NodesOutdated",
      message: expect.stringMatching(/on 2 of 3 nodes; the others are cut off on 2031-02-03/),
    });
  expect(nodesTrust(ends, daemonSet({ observedGeneration: 1 })).message).toContain("on 0 of 3 nodes");
  expect(nodesTrust(ends, undefined).status).toBe("False");
});
