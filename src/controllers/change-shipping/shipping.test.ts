import { expect, test } from "vitest";
import type { Backup } from "../../api/backup.ts";
import { createShippedTimes } from "./shipped-times.ts";
import { followed, shipping } from "./shipping.ts";

const now = new Date("2026-01-01T01:00:00Z");
const changes = {
  ...{ history: "u", run: "20260101T003000000Z", first: 100, revision: 200 },
  ...{ time: "2026-01-01T00:59:58Z", until: "2026-01-01T00:59:50Z" },
};

const backup = (name: string, revision: number, completedAt: string, history = "u"): Backup => ({
  metadata: { name },
  spec: { clusterName: "demo", locationName: "store" },
  status: {
    ...{ completedAt, revision, history },
    conditions: [
      { type: "Succeeded", status: "True", reason: "BackupSucceeded", message: "", lastTransitionTime: completedAt },
    ],
  },
});
const good = backup("good", 150, "2026-01-01T00:40:00Z");

test("changes are of use from the oldest backup on that they follow upon", () => {
  const backups = [
    backup("newer", 180, "2026-01-01T00:50:00Z"),
    good,
    backup("before", 90, "2026-01-01T00:20:00Z"),
    backup("former", 150, "2026-01-01T00:40:00Z", "v"),
  ];
  expect(followed(changes, backups).map(({ metadata }) => metadata?.name)).toEqual(["good", "newer"]);
  expect(shipping({ changes, backups }, now)).toMatchObject({
    status: "True",
    message: "The cluster can be put back to any time since 2026-01-01T00:40:00Z, up to a few seconds ago",
  });
});

test.each([
  ["that nothing is known of", { changes: undefined }, "Unknown", "is being started"],
  ["whose pod waits", { changes: undefined, pod: "no node takes it" }, "Unknown", "no node takes it"],
  ["that no backup goes before", { changes }, "Unknown", "once a backup is complete"],
  [
    "whose backup failed",
    {
      changes,
      failed: {
        ...good,
        metadata: { name: "base" },
        status: {
          conditions: [
            { type: "Succeeded", status: "False", reason: "", message: "no room", lastTransitionTime: changes.until },
          ],
        },
      } satisfies Backup,
    },
    "False",
    "the backup base failed: no room",
  ],
  [
    "that fail",
    { changes: { ...changes, problem: "the store is full" } },
    "False",
    "since 2026-01-01T00:59:50Z are not in the location: the store is full",
  ],
  [
    "that never began",
    { changes: { ...changes, until: undefined, problem: "no route" } },
    "False",
    "No changes are in the location yet: no route",
  ],
  ["of long ago", { changes: { ...changes, until: "2026-01-01T00:58:00Z" } }, "False", "nothing has been heard"],
  [
    "of long ago, with a pod that says why",
    { changes: { ...changes, until: "2026-01-01T00:58:00Z" }, pod: "no memory" },
    "False",
    "no memory",
  ],
])("changes %s are not called shipped", (_, facts, status, message) => {
  const found = shipping({ backups: facts.changes === changes ? [] : [good], ...facts }, now);
  expect(found).toMatchObject({ status, message: expect.stringContaining(message) });
});

test("metrics tell up to when changes are shipped, of schedules that ship", () => {
  const times = createShippedTimes();
  const schedule = (continuous: boolean) => ({
    metadata: { name: "hourly", namespace: "clusters" },
    spec: { clusterName: "demo", locationName: "store", every: "1h", continuous },
    status: { changes },
  });
  const line = `roost_changes_shipped_timestamp_seconds{namespace="clusters",cluster="demo",schedule="hourly"} ${Date.parse(changes.until) / 1000}`;
  times.remember(schedule(true));
  expect(times.text()).toContain(line);
  times.remember(schedule(false));
  expect(times.text()).not.toContain(line);
  times.remember(schedule(true));
  times.forget("clusters/hourly");
  expect(times.text()).not.toContain(line);
});
