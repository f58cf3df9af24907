import { expect, test } from "vitest";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { Restore } from "../../api/restore.ts";
import { Verification } from "../../api/verification.ts";
import { watchProgress } from "./watch-progress.ts";

const restore = (name: string, clusterName: string, status?: Restore["status"]): Restore => ({
  metadata: { name, namespace: "clusters" },
  spec: { clusterName, from: { backupName: "b" } },
  status,
});
const operations = [{ name: "stop", title: "", state: "Running" as const }];

test("what happens to a control plane wakes the restores of it that are under way, and no others", () => {
  const restores = [
    restore("new", "demo"),
    restore("going", "demo", { operations }),
    restore("over", "demo", { operations, completedAt: "2026-01-01T00:00:00Z" }),
    restore("other", "other", { operations }),
  ];
  for (const kind of [HostedControlPlane, Verification]) {
    const watch = watchProgress("hypershift").find((each) => each.kind.kind === kind.kind);
    const object = { metadata: { name: "any", namespace: "clusters-demo" } };
    expect(
      watch?.keysOf(object, () => restores),
      kind.kind,
    ).toEqual(["clusters/going"]);
  }
});
