import { expect, test } from "vitest";
import type { BackupLocation } from "../../api/backup-location.ts";
import { ApiError } from "../../kube/api-error.ts";
import type { Kube } from "../../kube/kube.ts";
import { runCommand } from "../testing/run-command.ts";

const stored = (name: string) => ({
  name,
  namespace: "clusters",
  cluster: "demo",
  time: "2026-01-01T12:00:00Z",
  version: "1.34.4",
  bytes: 10,
  encrypted: false,
  path: `clusters/demo/${name}`,
});

/** A location in which the last look found one backup, and the next one finds two; or whose looks are others' to ask for. */
function locationOf({ forbidden = false } = {}): Kube {
  let names = ["first"];
  let time = "2026-01-01T08:00:00Z";
  const location = () =>
    ({
      metadata: { name: "store" },
      status: { backups: names.map(stored), backupCount: names.length, lastProbe: { of: "1", time } },
    }) as unknown as BackupLocation;
  return {
    get: async () => location(),
    patch: async () => {
      if (forbidden) throw new ApiError("patch the location", 403, "");
      names = ["first", "second"];
      time = "2026-01-01T12:30:00Z";
      return location();
    },
  } as unknown as Kube;
}

test("what a location holds is what lies in it now", async () => {
  const { status, stdout } = await runCommand(["get", "backups", "--location", "store"], { kube: locationOf() });
  expect(status).toBe(0);
  expect(stdout).toMatch(/first.*second/s);
});

test("who may not have it looked into is told what was found last, and when", async () => {
  const kube = locationOf({ forbidden: true });
  const { status, stdout, stderr } = await runCommand(["get", "backups", "--location", "store"], { kube });
  expect(status).toBe(0);
  expect(stdout).toMatch(/first/);
  expect(stdout).not.toMatch(/second/);
  expect(stderr).toContain("You may not have the location looked into; this is what it held at 2026-01-01T08:00:00Z");
});
