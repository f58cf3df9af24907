import { expect, test } from "vitest";
import type { BackupSchedule } from "../../api/backup-schedule.ts";
import type { Drill } from "../../api/drill.ts";
import { findCondition } from "../../kube/conditions.ts";
import type { Context } from "../../kube/controller.ts";
import { noLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { keepDrills } from "./keep-drills.ts";

const day = 86_400_000;

/** A schedule with drills, and a clock. */
function aSchedule(drillEvery?: string) {
  const drills: Drill[] = [];
  let now = Date.parse("2026-03-01T12:00:00Z");
  const schedule: BackupSchedule = {
    metadata: { name: "s", namespace: "clusters", uid: "u" },
    spec: { clusterName: "demo", locationName: "l", every: "1h", ...(drillEvery && { drillEvery }) },
  };
  const kube = {
    list: async () => structuredClone(drills),
    create: async (drill: Resource) => {
      drills.push({
        ...(drill as Drill),
        metadata: { ...drill.metadata, creationTimestamp: new Date(now).toISOString() },
      });
    },
    delete: async (_: unknown, name: string) => {
      const index = drills.findIndex(({ metadata }) => metadata?.name === name);
      drills.splice(index, 1);
    },
  };
  const context = { kube, log: noLog, now: () => new Date(now) } as unknown as Context;
  return {
    drills,
    schedule,
    pass: (hasGoodBackup = true) => keepDrills(schedule, context, hasGoodBackup),
    after(ms: number) {
      now += ms;
    },
    end(status: "True" | "False") {
      const last = drills.at(-1) as Drill;
      const condition = { type: "Succeeded", status, reason: "AsExpected", message: "found", lastTransitionTime: "" };
      last.status = { completedAt: new Date(now).toISOString(), conditions: [condition] };
    },
    passed: () => findCondition(schedule.status?.conditions, "DrillPassed"),
  };
}

test("a drill begins as soon as there is a good backup, and the next one when its time comes", async () => {
  const { drills, pass, after, end } = aSchedule("7d");
  await pass(false);
  expect(drills).toEqual([]);
  const next = await pass();
  await pass();
  expect(drills).toHaveLength(1);
  expect(drills[0]).toMatchObject({
    metadata: { name: expect.stringMatching(/^s-drill-\d{14}$/), labels: { "recovery.roost.dev/schedule": "s" } },
    spec: { clusterName: "demo" },
  });
  after(8 * day);
  await pass();
  expect(drills, "the first one is not over").toHaveLength(1);
  end("True");
  await pass();
  expect(drills).toHaveLength(2);
  expect(next?.getTime()).toBeGreaterThan(Date.parse("2026-03-01T12:00:00Z"));
  expect((next?.getTime() ?? 0) - Date.parse("2026-03-01T12:00:00Z")).toBeLessThanOrEqual(7 * day);
});

test("how the last drill that is over went is a condition of the schedule, and a few are kept", async () => {
  const { drills, pass, after, end, passed } = aSchedule("1d");
  await pass();
  expect(passed()).toMatchObject({ status: "Unknown", reason: "DrillInProgress" });
  for (const status of ["True", "True", "True", "True", "False"] as const) {
    end(status);
    await pass();
    after(day);
    await pass();
  }
  expect(passed()).toMatchObject({
    status: "False",
    reason: "DrillFailed",
    message: expect.stringContaining("found"),
  });
  expect(drills).toHaveLength(4);
});

test("what a drill has proved does not hold for ever: where none ends any more it is not known", async () => {
  const { drills, pass, after, end, passed } = aSchedule("1d");
  await pass();
  end("True");
  after(2 * day);
  await pass(false);
  expect(passed()?.status).toBe("True");
  after(1_000);
  await pass(false);
  expect(passed()).toMatchObject({ status: "Unknown", message: expect.stringContaining("No drill has ended since") });
  await pass();
  end("True");
  await pass();
  expect(passed()?.status).toBe("True");
  after(day);
  await pass();
  after(75 * 60_000);
  await pass();
  expect(passed()?.status, "it may still be on its way").toBe("True");
  after(1_000);
  await pass();
  expect(passed()).toMatchObject({
    status: "Unknown",
    reason: "DrillOverdue",
    message: expect.stringContaining(`The drill ${drills.at(-1)?.metadata?.name} has not ended since`),
  });
});

test("a schedule that wants no drills makes none, and no longer speaks of them", async () => {
  const { drills, schedule, pass, end, passed } = aSchedule("1d");
  await pass();
  end("True");
  await pass();
  expect(passed()?.status).toBe("True");
  delete schedule.spec.drillEvery;
  expect(await pass()).toBeUndefined();
  expect(passed()).toBeUndefined();
  expect(drills).toHaveLength(1);
});
