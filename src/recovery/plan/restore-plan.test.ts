import { expect, test } from "vitest";
import type { Backup, Restore } from "../../api/index.ts";
import { restorePlan } from "./restore-plan.ts";
import type { Situation } from "./situation.ts";

const now = new Date("2026-01-01T00:00:00Z");
const asked: Restore = {
  metadata: { name: "r", namespace: "clusters" },
  spec: { clusterName: "demo", from: { backupName: "b" } },
};
const condition = (type: string, status: "True" | "False", message = "") => ({
  type,
  status,
  reason: "AsExpected",
  message,
  lastTransitionTime: "2026-01-01T00:00:00Z",
});
const backup = (changes: Partial<Backup["status"]> = {}, clusterName = "demo"): Backup => ({
  metadata: { name: "b", namespace: "clusters" },
  spec: { clusterName, locationName: "l" },
  status: {
    path: "clusters/demo/b",
    place: "the volume backups",
    conditions: [condition("Succeeded", "True")],
    ...changes,
  },
});
const situation = (changes: object = {}) =>
  ({
    cluster: { metadata: { name: "demo" }, spec: { etcd: { managementType: "Managed" } } },
    plane: { metadata: { name: "demo" } },
    backup: backup(),
    location: { metadata: { name: "l" }, spec: { volume: { claimName: "backups" } } },
    others: [],
    ...changes,
  }) as unknown as Situation;

test("nothing is put back before all is stopped, and nothing starts before it was compared", () => {
  const plan = restorePlan(asked, situation(), now);
  expect("operations" in plan && plan.operations.map(({ name }) => name)).toEqual([
    "serve",
    "stop",
    "restore-etcd",
    "compare",
    "start",
    "prove",
    "clear",
  ]);
});

test("machines that an earlier restore holds still are let go once this one has proved the cluster", () => {
  const cluster = (held: string) => ({
    metadata: { name: "demo", annotations: { "recovery.roost.dev/held": held } },
    spec: { etcd: { managementType: "Managed" } },
  });
  const last = (held: string) => {
    const plan = restorePlan(asked, situation({ cluster: cluster(held) }), now);
    return "operations" in plan && plan.operations.slice(-3).map(({ name }) => name);
  };
  expect(last("machines")).toEqual(["prove", "release", "clear"]);
  // Not all of its objects are known to be there.
  expect(last("everything")).toEqual(["start", "prove", "clear"]);
});

test.each([
  [
    "neither cluster nor backup",
    { cluster: undefined, backup: undefined },
    "There is no HostedCluster clusters/demo and no Backup clusters/b",
  ],
  ["a cluster that goes", { cluster: { metadata: { deletionTimestamp: "x" } } }, "is being deleted"],
  ["no control plane", { plane: undefined }, "has no control plane yet"],
  ["an etcd of somebody else's", { cluster: { spec: { etcd: { managementType: "Unmanaged" } } } }, "restore it there"],
  [
    "a pause",
    { cluster: { spec: { etcd: { managementType: "Managed" }, pausedUntil: "true" } } },
    "take spec.pausedUntil away first",
  ],
  ["no backup", { backup: undefined }, "There is no Backup clusters/b"],
  ["another's backup", { backup: backup({}, "other") }, "is of the cluster other"],
  ["a backup that failed", { backup: backup({ conditions: [condition("Succeeded", "False")] }) }, "is not complete"],
  [
    "a damaged backup",
    { backup: backup({ conditions: [condition("Succeeded", "True"), condition("Verified", "False", "a byte")] }) },
    "is damaged: a byte",
  ],
  ["no location", { location: undefined }, "There is no BackupLocation l"],
  [
    "a location that is another place by now",
    { location: { metadata: { name: "l" }, spec: { volume: { claimName: "others" } } } },
    "the BackupLocation l is the volume others now, and this backup went to the volume backups",
  ],
  [
    "another restore",
    { others: [{ metadata: { name: "o" } }] },
    "The Restore clusters/o of the same cluster is not over",
  ],
])("with %s nothing is begun, and it is said why", (_, changes, refusal) => {
  expect(restorePlan(asked, situation(changes), now)).toEqual({ refusal: expect.stringContaining(refusal) });
});

const lying = (path: string): Restore => ({
  ...asked,
  spec: { clusterName: "demo", from: { locationName: "l", path } },
});

test("a cluster that is not there is made again before anything is proved, and its machines go last", () => {
  for (const restore of [asked, lying("clusters/demo/b")]) {
    const plan = restorePlan(restore, situation({ cluster: undefined, plane: undefined }), now);
    expect("operations" in plan && plan.operations.map(({ name }) => name)).toEqual([
      "look",
      "make-objects",
      "serve",
      "wake",
      "restore-etcd",
      "compare",
      "start",
      "prove",
      "release",
      "clear",
    ]);
  }
});

const ranOnce = {
  metadata: { name: "demo" },
  spec: { etcd: { managementType: "Managed" } },
  status: { version: { history: [{ state: "Completed" }] } },
};

test("a control plane that was lost with its namespace is made again, and one that left that behind is not", () => {
  const lost = { cluster: ranOnce, plane: undefined };
  const plan = restorePlan(asked, situation({ ...lost, hasNamespace: false }), now);
  expect("operations" in plan && plan.operations[1]?.name).toBe("make-objects");
  expect(restorePlan(asked, situation({ ...lost, hasNamespace: true }), now)).toEqual({
    refusal: expect.stringContaining("its namespace is not"),
  });
});

test.each(["others/demo/b", "clusters/other/b", "clusters/demo-2/b"])(
  "nobody gets at what lies at %s by a Restore of clusters/demo",
  (path) => {
    for (const cluster of [undefined, situation().cluster]) {
      expect(restorePlan(lying(path), situation({ cluster }), now)).toEqual({
        refusal: expect.stringContaining("is no backup of clusters/demo"),
      });
    }
  },
);

test("a cluster that is there is put back in place from what lies in a location", () => {
  const plan = restorePlan(lying("clusters/demo/b"), situation({ backup: undefined }), now);
  expect("operations" in plan && plan.operations[0]?.name).toBe("serve");
});

test.each([
  ["that is still to come", "2026-01-01T00:00:01Z", {}, "is still to come"],
  ["before any backup", "2025-01-01T00:00:00Z", { backup: undefined }, "was complete at 2025-01-01T00:00:00Z"],
  [
    "of a cluster that is gone",
    "2025-01-01T00:00:00Z",
    { cluster: undefined },
    "There is no HostedCluster clusters/demo",
  ],
])("with a time %s nothing is begun, and it is said why", (_, time, changes, refusal) => {
  const plan = restorePlan({ ...asked, spec: { clusterName: "demo", from: { time } } }, situation(changes), now);
  expect(plan).toEqual({ refusal: expect.stringContaining(refusal) });
});

test("where no schedule ships to a location any more, it is said that the location can be named", () => {
  const plan = (locationName?: string) =>
    restorePlan(
      { ...asked, spec: { clusterName: "demo", from: { time: "2025-12-31T00:00:00Z", locationName } } },
      situation({ backup: undefined }),
      now,
    );
  expect(plan()).toEqual({ refusal: expect.stringContaining("name with --location") });
  expect(plan("l")).toEqual({ refusal: expect.stringContaining("in the location l: give a later time") });
});

test("a backup that a time is restored from is named where its location has become another place", () => {
  const location = { metadata: { name: "l" }, spec: { volume: { claimName: "others" } } };
  const restore = { ...asked, spec: { clusterName: "demo", from: { time: "2025-12-31T00:00:00Z" } } };
  expect(restorePlan(restore, situation({ location }), now)).toMatchObject({
    refusal: expect.stringContaining("The Backup clusters/b cannot be read"),
  });
});
