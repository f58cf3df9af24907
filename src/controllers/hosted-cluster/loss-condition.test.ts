import { expect, test } from "vitest";
import type { Restore } from "../../api/restore.ts";
import { lossCondition } from "./loss-condition.ts";
import type { LossFacts } from "./loss-facts.ts";

const since = "2026-01-02T00:00:00Z";
const backup = (name: string) => ({
  metadata: { name },
  spec: { clusterName: "demo", locationName: "l" },
  status: { completedAt: "2026-01-01T00:00:00Z" },
});
const restore = (name: string, backupName: string, problem?: string): Restore => ({
  metadata: { name, namespace: "clusters" },
  spec: { clusterName: "demo", from: { backupName } },
  status: problem
    ? {
        completedAt: since,
        conditions: [
          { type: "Succeeded", status: "False", reason: "RestoreFailed", message: problem, lastTransitionTime: since },
        ],
      }
    : {},
});
const facts = (changes: Partial<LossFacts>): LossFacts => ({
  cluster: { metadata: { name: "demo", namespace: "clusters" } } as LossFacts["cluster"],
  isLost: true,
  isThere: false,
  backups: [backup("new"), backup("old")],
  underWay: [],
  tried: [],
  ...changes,
});
const command = (name: string) => `run hcp restore cluster --name demo -n clusters --from ${name} --wait`;

test("where nothing is left, the command is told that restores the newest good backup", () => {
  expect(lossCondition(facts({}))).toEqual({
    type: "EtcdDataLost",
    status: "True",
    reason: "RestoreRequired",
    message: `Nothing is left of etcd's data: ${command("new")}, which brings back what there was at 2026-01-01T00:00:00Z`,
  });
});

test("where changes were shipped after the newest good backup, it is told up to when they bring it back", () => {
  const says = (changedAt: string) => lossCondition(facts({ changedAt }))?.message;
  expect(says("2026-01-01T12:00:00Z")).toMatch(/; with --at 2026-01-01T12:00:00Z in place of --from, what/);
  expect(says("2025-12-31T12:00:00Z")).not.toContain("--at");
});

test("without a good backup it is told that there is none, and no command that cannot work", () => {
  const { reason, message } = lossCondition(facts({ backups: [] })) ?? {};
  expect(reason).toBe("RestoreRequired");
  expect(message).toContain("there is no good Backup of it in the namespace clusters");
  expect(message).not.toContain("hcp restore");
});

test("a restore that goes on is named, and while it does the loss is not over, though etcd is there again", () => {
  const underWay = [restore("r", "new")];
  for (const isThere of [false, true]) {
    const found = lossCondition(facts({ isLost: false, isThere, since, underWay, tried: underWay }));
    expect(found).toMatchObject({ status: "True", reason: "RestoreInProgress" });
    expect(found?.message).toContain("the Restore clusters/r puts back");
  }
});

test("of a restore that failed it is told why, with the command for a backup that was not tried yet", () => {
  const tried = [restore("r", "new", "There is no BackupLocation l: make it again")];
  const found = lossCondition(facts({ since, tried }));
  expect(found).toMatchObject({ reason: "RestoreFailed" });
  expect(found?.message).toContain("the Restore clusters/r failed: There is no BackupLocation l: make it again; ");
  expect(found?.message).toContain(command("old"));
  const only = lossCondition(facts({ since, tried, backups: [backup("new")] }));
  expect(only?.message).toContain(command("new"));
});

test("while etcd comes back from volumes that somebody has put back, it is still told; then no more", () => {
  expect(lossCondition(facts({ isLost: false, since }))).toMatchObject({ status: "True" });
  expect(lossCondition(facts({ isLost: false, isThere: true, since }))).toBeUndefined();
  expect(lossCondition(facts({ isLost: false }))).toBeUndefined();
});
