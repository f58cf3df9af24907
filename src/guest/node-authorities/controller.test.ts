import { expect, test } from "vitest";
import type { DaemonSet, Pod } from "../../kube/kinds.ts";
import { configAnnotation } from "../node-agent.ts";
import { nodesTrust } from "./controller.ts";

const wanted = { "api-server.crt": "former\npresent\n" };
const annotations = configAnnotation(wanted);
const formerly = configAnnotation({ "api-server.crt": "former\n" });

const daemonSet = (status: Partial<DaemonSet["status"]> = {}, made = annotations): DaemonSet => ({
  metadata: { generation: 2 },
  spec: { selector: {}, template: { metadata: { annotations: made }, spec: { containers: [] } } },
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
const pod = (nodeName: string, made = annotations, ready = "True"): Pod => ({
  metadata: { annotations: made },
  spec: { nodeName, containers: [] },
  status: { conditions: [{ type: "Ready", status: ready }] },
});
const ends = [new Date("2034-05-01T12:00:00Z"), new Date("2031-02-03T12:00:00Z")];
const pods = [pod("a"), pod("b"), pod("c")];

test("nodes trust the present authorities when each has them, or when no former one is left that they could depend on", () => {
  expect(nodesTrust({ ends, wanted, daemonSet: daemonSet(), pods })).toEqual({ status: "True", reason: "AsExpected" });
  expect(nodesTrust({ ends: [], wanted: undefined, daemonSet: undefined, pods: [] }).status).toBe("True");
});

test("a DaemonSet that is everywhere proves nothing where it has former authorities, or where the present ones are not known", () => {
  const former = [pod("a", formerly), pod("b", formerly), pod("c", formerly)];
  expect(nodesTrust({ ends, wanted, daemonSet: daemonSet({}, formerly), pods: former })).toMatchObject({
    status: "False",
    message: expect.stringContaining("on 0 of 3 nodes, not on a, b, c;"),
  });
  expect(nodesTrust({ ends, wanted: undefined, daemonSet: daemonSet(), pods }).status).toBe("False");
});

test("nodes without them are counted and named, and it is said when they are cut off", () => {
  for (const status of [{ updatedNumberScheduled: 2 }, { numberReady: 2 }])
    expect(nodesTrust({ ends, wanted, daemonSet: daemonSet(status), pods: [] })).toMatchObject({
      status: "False",
      reason: "NodesOutdated",
      message: expect.stringMatching(/on 2 of 3 nodes; those without them are cut off on 2031-02-03/),
    });
  const of = (...found: Pod[]) =>
    nodesTrust({ ends, wanted, daemonSet: daemonSet({ numberReady: 2 }), pods: found }).message;
  expect(of(pod("c", annotations, "False"), pod("a"), pod("b"))).toContain("on 2 of 3 nodes, not on c;");
  expect(of(pod("c", annotations, "False"), pod("a", formerly), pod("b"))).toContain("on 1 of 3 nodes, not on a, c;");
  const many = Array.from({ length: 9 }, (_, index) => pod(`n${index}`, formerly));
  expect(of(...many)).toContain("not on n0, n1, n2, n3, n4 and 4 more;");
  const unseen = daemonSet({ observedGeneration: 1 });
  expect(nodesTrust({ ends, wanted, daemonSet: unseen, pods: [] }).message).toContain("on 0 of 3 nodes");
  expect(nodesTrust({ ends, wanted, daemonSet: undefined, pods: [] }).status).toBe("False");
});
