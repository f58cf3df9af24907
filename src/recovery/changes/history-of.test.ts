import { expect, test } from "vitest";
import { historyOf, historyOfBackup } from "./history-of.ts";

test("a history is a cluster's, and another one after each restore", () => {
  const recovery = (id: string, gave: string) => ({ recovery: { id, gave } });
  const histories = [
    historyOf("u", undefined),
    historyOf("v", undefined),
    historyOf("u", recovery("r1", "Restored")),
    historyOf("u", recovery("r1", "PutBack")),
    historyOf("u", recovery("r2", "Restored")),
  ];
  expect(new Set(histories).size).toBe(5);
  expect(historyOf("u", {})).toBe("u");
});

test("a backup is of the history that its durable record tells of", () => {
  const backup = (etcd: object) =>
    historyOfBackup({ cluster: { namespace: "n", name: "c", uid: "u" }, durableRecord: { etcd } });
  expect(backup({ clusterID: "c" })).toBe("u");
  expect(backup({ recovery: { id: "r", gave: "Restored" } })).toBe(
    historyOf("u", { recovery: { id: "r", gave: "Restored" } }),
  );
});
