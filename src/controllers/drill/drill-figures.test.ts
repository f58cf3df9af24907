import { expect, test } from "vitest";
import type { Drill } from "../../api/drill.ts";
import { createDrillFigures } from "./drill-figures.ts";

const drill = (name: string, completedAt: string | undefined, succeeded: boolean, cluster = "demo"): Drill => ({
  metadata: { name, namespace: "clusters" },
  spec: { clusterName: cluster },
  status: {
    completedAt,
    rpoSeconds: 60,
    ...(succeeded && { rtoSeconds: 42 }),
    conditions: [
      {
        type: "Succeeded",
        status: succeeded ? "True" : "False",
        reason: "AsExpected",
        message: "",
        lastTransitionTime: "2026-01-01T00:00:00Z",
      },
    ],
  },
});
const values = (text: string) => text.split("\n").filter((line) => !line.startsWith("#"));

test("metrics tell how the last drill of each cluster went, and of one that is not over nothing", () => {
  const figures = createDrillFigures();
  figures.remember(drill("a", "2026-01-01T00:00:00Z", true));
  figures.remember(drill("b", "2026-01-02T00:00:00Z", false));
  figures.remember(drill("c", undefined, true));
  figures.remember(drill("d", "2026-01-01T00:00:00Z", true, "other"));
  const demo = 'namespace="clusters",cluster="demo"';
  const other = 'namespace="clusters",cluster="other"';
  expect(values(figures.text())).toEqual([
    `roost_drill_last_timestamp_seconds{${demo}} 1767312000`,
    `roost_drill_last_timestamp_seconds{${other}} 1767225600`,
    `roost_drill_succeeded{${demo}} 0`,
    `roost_drill_succeeded{${other}} 1`,
    `roost_drill_rto_seconds{${other}} 42`,
    `roost_drill_rpo_seconds{${demo}} 60`,
    `roost_drill_rpo_seconds{${other}} 60`,
  ]);
  figures.forget("clusters/b");
  expect(values(figures.text())).toContain(`roost_drill_rto_seconds{${demo}} 42`);
});
