import { expect, test } from "vitest";
import type { Backup, BackupLocation, Drill } from "../../api/index.ts";
import { type DrillSituation, drillPlan } from "./drill-plan.ts";

const asked = (from?: string, creationTimestamp = "2026-01-02T00:00:00Z", uid = "m"): Drill => ({
  metadata: { name: `d-${uid}`, namespace: "clusters", creationTimestamp, uid },
  spec: { clusterName: "demo", ...(from && { from: { backupName: from } }) },
});
const backup = (name: string, status: Partial<Backup["status"]> = {}, clusterName = "demo"): Backup => ({
  metadata: { name, namespace: "clusters" },
  spec: { clusterName, locationName: "l" },
  status: {
    path: `clusters/demo/${name}`,
    completedAt: "2026-01-01T00:00:00Z",
    conditions: [
      {
        type: "Succeeded",
        status: "True",
        reason: "AsExpected",
        message: "",
        lastTransitionTime: "2026-01-01T00:00:00Z",
      },
    ],
    ...status,
  },
});
const failed = { conditions: [] };
const damaged = { verification: { of: "x", time: "2026-01-01T00:00:00Z", opened: true, problems: ["a byte"] } };
const situation = (changes: Partial<DrillSituation> = {}): DrillSituation => ({
  backups: [backup("b")],
  locations: [{ metadata: { name: "l" }, spec: { volume: { claimName: "c" } } } as BackupLocation],
  others: [],
  ...changes,
});
const chosen = (drill: Drill, changes: Partial<DrillSituation>) => {
  const plan = drillPlan(drill, situation(changes));
  return "backup" in plan ? plan.backup.metadata?.name : plan;
};

test("a drill proves before it removes, and begins with nothing running", () => {
  const plan = drillPlan(asked("b"), situation());
  expect("operations" in plan && plan.operations.map(({ name }) => name)).toEqual([
    "prepare",
    "restore-etcd",
    "compare",
    "start",
    "prove",
    "remove",
  ]);
});

test("without a name, the newest good backup of the cluster is restored", () => {
  const backups = [
    backup("old", { completedAt: "2026-01-01T00:00:00Z" }),
    backup("good", { completedAt: "2026-01-02T00:00:00Z" }),
    backup("damaged", { completedAt: "2026-01-03T00:00:00Z", ...damaged }),
    backup("failed", { completedAt: "2026-01-04T00:00:00Z", ...failed }),
    backup("other", { completedAt: "2026-01-05T00:00:00Z" }, "other"),
  ];
  expect(chosen(asked(), { backups })).toBe("good");
  expect(chosen(asked("old"), { backups })).toBe("old");
});

test.each([
  ["no backup", asked("b"), { backups: [] }, "There is no Backup clusters/b"],
  ["no good backup", asked(), { backups: [backup("b", failed)] }, "There is no good Backup of the cluster demo"],
  ["another's backup", asked("b"), { backups: [backup("b", {}, "other")] }, "is of the cluster other"],
  ["a backup that is not complete", asked("b"), { backups: [backup("b", failed)] }, "is not complete"],
  ["a damaged backup", asked("b"), { backups: [backup("b", damaged)] }, "is damaged: a byte"],
  ["no location", asked("b"), { locations: [] }, "There is no BackupLocation l"],
  [
    "a location that is another place by now",
    asked("b"),
    { backups: [backup("b", { place: "elsewhere" })] },
    "elsewhere",
  ],
])("with %s nothing is begun, and it is said why", (_, drill, changes, refusal) => {
  expect(drillPlan(drill, situation(changes))).toEqual({ refusal: expect.stringContaining(refusal) });
});

test("of two drills of one cluster, the one that was asked for first goes first, and the other waits for its end", () => {
  const [first, second] = [asked("b", "2026-01-02T00:00:00Z", "b"), asked("b", "2026-01-02T00:00:00Z", "a")];
  const waits = (drill: Drill, other: Drill) => "waitsFor" in drillPlan(drill, situation({ others: [other] }));
  expect([waits(first, second), waits(second, first)].sort()).toEqual([false, true]);
  const earlier = asked("b", "2026-01-01T00:00:00Z", "z");
  expect([waits(first, earlier), waits(earlier, first)]).toEqual([true, false]);
  expect(waits(first, { ...earlier, status: { completedAt: "2026-01-01T00:01:00Z" } })).toBe(false);
});
