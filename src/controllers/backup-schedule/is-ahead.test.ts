import { expect, test } from "vitest";
import type { Backup } from "../../api/backup.ts";
import { isAhead } from "./is-ahead.ts";

const backup = (reason: string, locationName: string): Backup => ({
  metadata: { name: "a" },
  spec: { clusterName: "demo", locationName },
  status: { conditions: [{ type: "Succeeded", status: "Unknown", reason, message: "" }] as never },
});

test("the next backup waits for one that is being made, but not for one whose location the schedule no longer names", () => {
  expect(isAhead(backup("BackupInProgress", "former"), "store")).toBe(true);
  expect(isAhead(backup("LocationNotFound", "store"), "store")).toBe(true);
  expect(isAhead(backup("LocationNotFound", "former"), "store")).toBe(false);
});
