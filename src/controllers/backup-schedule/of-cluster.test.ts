import { expect, test } from "vitest";
import type { Backup } from "../../api/backup.ts";
import { ofCluster } from "./of-cluster.ts";

const backup = (name: string, clusterUID?: string, clusterName = "demo"): Backup => ({
  metadata: { name },
  spec: { clusterName, locationName: "store" },
  ...(clusterUID !== undefined && { status: { completedAt: "2026-01-01T00:00:00Z", clusterUID } }),
});

test("backups of a cluster that had the name before, or of another name, are not this one's", () => {
  const unknown: Backup = { ...backup("unknown"), status: { completedAt: "2026-01-01T00:00:00Z" } };
  const all = [backup("ours", "u-2"), backup("before", "u-1"), backup("other", "u-2", "other"), unknown];
  expect(ofCluster(all, { name: "demo", uid: "u-2" })).toEqual([backup("ours", "u-2")]);
});

test("one that is being made, or has failed, goes by the cluster's name", () => {
  const all = [backup("running"), backup("other", undefined, "other")];
  expect(ofCluster(all, { name: "demo", uid: "u-2" })).toEqual([backup("running")]);
});
