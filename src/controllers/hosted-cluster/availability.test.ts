import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Condition } from "../../kube/conditions.ts";
import type { Deployment } from "../../kube/kinds.ts";
import { type AvailabilityFacts, availability } from "./availability.ts";

const now = new Date("2026-01-01T00:10:00Z");
const says = (status: Condition["status"], reason: string, message: string): Condition => ({
  type: "Available",
  status,
  reason,
  message,
  lastTransitionTime: "2026-01-01T00:00:00Z",
});
const plane = (condition?: Condition, metadata: object = {}) =>
  ({ metadata, status: { conditions: condition ? [condition] : [] } }) as unknown as HostedControlPlane;
const running: Deployment = { status: { availableReplicas: 1 } };
const downSince = (lastTransitionTime: string): Deployment => ({
  status: { conditions: [{ type: "Available", status: "False", lastTransitionTime }] },
});
const facts = (changes: Partial<AvailabilityFacts> = {}): AvailabilityFacts => ({
  hostedControlPlane: plane(says("True", "AsExpected", "The hosted control plane is available")),
  operator: running,
  refused: undefined,
  blockedBy: undefined,
  now,
  ...changes,
});

test("a cluster is available where its control plane says so, and unavailable in its control plane's words", () => {
  expect(availability(facts())).toEqual({
    condition: {
      type: "Available",
      status: "True",
      reason: "AsExpected",
      message: "The hosted control plane is available",
    },
  });
  const down = plane(says("False", "EtcdWaitingForQuorum", "1 of 3 members"));
  expect(availability(facts({ hostedControlPlane: down })).condition).toMatchObject({
    status: "False",
    reason: "EtcdWaitingForQuorum",
    message: "1 of 3 members",
  });
});

test("a cluster that runs and that no change reaches says why where users look first", () => {
  const { condition } = availability(facts({ blockedBy: "the pull secret pull is missing" }));
  expect(condition).toMatchObject({
    status: "True",
    message: "The hosted control plane is available, but changes are not carried out: the pull secret pull is missing",
  });
});

test("what is refused before there is a control plane is the reason", () => {
  const refused = { ...says("False", "NotFound", "no such image"), type: "ValidReleaseImage" };
  expect(availability(facts({ hostedControlPlane: undefined, refused })).condition).toMatchObject({
    status: "False",
    reason: "NotFound",
  });
});

test("a control plane that somebody deletes is not available, whatever it said last", () => {
  const going = plane(says("True", "AsExpected", ""), { deletionTimestamp: "2026-01-01T00:09:00Z" });
  expect(availability(facts({ hostedControlPlane: going })).condition).toMatchObject({
    status: "False",
    reason: "Deleting",
  });
});

test("what was said is old once nobody is there to take it back, and not while its pod is replaced", () => {
  expect(availability(facts({ operator: downSince("2026-01-01T00:09:30Z") }))).toMatchObject({
    condition: { status: "True" },
    lookAgainMs: 30_000,
  });
  expect(availability(facts({ operator: downSince("2026-01-01T00:09:00Z") })).condition).toMatchObject({
    status: "Unknown",
    message: expect.stringContaining("has not run since 2026-01-01T00:09:00Z"),
  });
  expect(availability(facts({ operator: undefined })).condition.status).toBe("Unknown");
});

test("what keeps the control-plane-operator from starting is said in the words of its Deployment", () => {
  const quota = { type: "ReplicaFailure", status: "True", message: "exceeded quota" };
  const operator: Deployment = { status: { conditions: [quota] } };
  expect(availability(facts({ hostedControlPlane: plane(), operator })).condition.message).toBe("exceeded quota");
  expect(availability(facts({ hostedControlPlane: undefined })).condition.message).toContain("not found");
});
