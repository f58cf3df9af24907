import { expect, test } from "vitest";
import type { Backup } from "../../api/index.ts";
import { chooseBase } from "./choose-base.ts";

const backup = (name: string, minute: number, changes: object = {}, locationName = "store"): Backup => ({
  metadata: { name },
  spec: { clusterName: "demo", locationName },
  status: {
    completedAt: `2026-01-01T00:${String(minute).padStart(2, "0")}:00Z`,
    clusterUID: "u",
    conditions: [
      {
        type: "Succeeded",
        status: "True",
        reason: "BackupSucceeded",
        message: "",
        lastTransitionTime: "2026-01-01T00:00:00Z",
      },
    ],
    ...changes,
  },
});
const chosen = (backups: Backup[], locations = ["store"]) =>
  chooseBase(backups, { uid: "u", locations, time: new Date("2026-01-01T00:30:00Z") })?.metadata?.name;

test("a time is reached from the newest backup before it", () => {
  expect(chosen([backup("a", 10), backup("b", 29), backup("c", 31)])).toBe("b");
  expect(chosen([backup("c", 31)])).toBeUndefined();
});

test("nothing is begun with what is damaged, not complete, another cluster's, or where no changes are", () => {
  const others = [
    backup("damaged", 20, { verification: { of: "", time: "", opened: true, problems: ["a byte"] } }),
    backup("failed", 21, { conditions: [] }),
    backup("former", 22, { clusterUID: "other" }),
    backup("elsewhere", 23, {}, "volume"),
    { ...backup("going", 24), metadata: { name: "going", deletionTimestamp: "2026-01-01T00:00:00Z" } },
  ];
  expect(chosen([...others, backup("good", 1)])).toBe("good");
  expect(chosen(others, ["store", "volume"])).toBe("elsewhere");
});
