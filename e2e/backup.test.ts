import { afterAll, beforeAll, expect, test } from "vitest";
import { Backup, BackupLocation, BackupSchedule, HostedCluster } from "../src/api/index.ts";
import { findCondition } from "../src/kube/conditions.ts";
import type { ReplaceableKube } from "../src/kube/create-kube.ts";
import { ConfigMap } from "../src/kube/kinds.ts";
import { pause } from "../src/kube/pause.ts";
import { flipByte, folderOf, makeBackupVolume, removeBackupLocation } from "./backup-volume.ts";
import { connect, demoKubeconfig, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { attempt, hcp } from "./shell.ts";

// Backups of the cluster demo in a volume of the local management cluster.

const location = "e2e-backups";
let claimName: string;
const namespace = "clusters";
let management: ReplaceableKube;
let guest: ReplaceableKube;

beforeAll(async () => {
  management = await connect(managementKubeconfig);
  guest = await connect(demoKubeconfig);
});
afterAll(async () => {
  await management.delete(BackupSchedule, "e2e", namespace);
  await guest.delete(ConfigMap, "e2e-backup", "default");
  await removeBackupLocation(management, location, claimName);
  await removeBackupLocation(management, "e2e-bucket");
  guest.close();
  management.close();
});

/** Writes until it is ended, 20 ms after each answer: on a machine that stalls, writes are not to pile up on top of it. */
function writer() {
  const ms: number[] = [];
  const failures: string[] = [];
  let isEnding = false;
  async function go(): Promise<void> {
    while (!isEnding) {
      const began = performance.now();
      const metadata = { name: "e2e-backup", namespace: "default" };
      await guest
        .apply<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { at: String(began) } })
        .then(() => ms.push(performance.now() - began))
        .catch((error: Error) => failures.push(error.message));
      await pause(20);
    }
  }
  const going = go();
  return {
    async end() {
      isEnding = true;
      await going;
      return { failures, writes: ms.length, longestMs: Math.round(Math.max(...ms)) };
    },
  };
}

test("a volume is a location: a job of the release's image writes to it, reads and deletes", async () => {
  claimName = await makeBackupVolume(management, location);
  const { status } = (await management.get(BackupLocation, location)) ?? {};
  expect(status?.backupCount).toBe(0);
  expect(findCondition(status?.conditions, "Available")).toMatchObject({ status: "True", reason: "AsExpected" });
});

test("a bucket that cannot be used is refused at once, with the reason that its job found", async () => {
  // The registry: it speaks TLS, by an authority that the location does not name.
  const bucket = ["--s3-endpoint", "https://registry.roost.test:5000", "--bucket", "backups", "--credentials", "-"];
  const credentials = "aws_access_key_id = a\naws_secret_access_key = very-secret\n";
  const words = ["create", "backup-location", "--name", "e2e-bucket", ...bucket];
  const { status, stderr } = await attempt("./hcp", words, credentials);
  expect(status).toBe(1);
  expect(stderr).toContain("its certificate is signed by no authority that is trusted here");
  expect(stderr).not.toContain("very-secret");
});

const present = () => management.get(Backup, "e2e", namespace);

test("a backup is made while a writer writes, and no write fails or is held up", async () => {
  // A single etcd that is being replaced by a new release holds up writes on its own.
  await eventually("demo is settled", 300, async () => {
    const { conditions } = (await management.get(HostedCluster, "demo", namespace))?.status ?? {};
    return ["Progressing", "Degraded"].every((type) => findCondition(conditions, type)?.status === "False");
  });
  const writing = writer();
  await hcp("create", "backup", "--cluster", "demo", "--location", location, "--name", "e2e", "--wait");
  const { failures, writes, longestMs } = await writing.end();
  process.stderr.write(`${writes} writes while a backup was made, the longest took ${longestMs} ms\n`);
  expect(failures).toEqual([]);
  // Far more than a busy machine costs, and less than any client of Kubernetes waits.
  expect(longestMs).toBeLessThan(10_000);
  const backup = await present();
  expect(backup?.status).toMatchObject({ path: "clusters/demo/e2e", encrypted: false });
  expect(await hcp("get", "backups", "--cluster", "demo")).toMatch(/^clusters +e2e +demo +e2e-backups +True/m);
  expect(await hcp("get", "backups", "--location", location)).toMatch(/^clusters +demo +e2e /m);
});

test("a backup is read again, and a flipped byte in the store is named", async () => {
  await hcp("verify", "backup", "e2e");
  const whole = findCondition((await present())?.status?.conditions, "Verified");
  expect(whole).toMatchObject({ status: "True", message: expect.stringContaining("were looked into") });
  await flipByte(management, claimName, "clusters/demo/e2e");
  const { status, stderr } = await attempt("./hcp", ["verify", "backup", "e2e"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/clusters\/demo\/e2e\/\S*snapshot\.db\S* was changed: its SHA-256 is/);
  const damaged = findCondition((await present())?.status?.conditions, "Verified");
  expect(damaged).toMatchObject({ status: "False", reason: "BackupDamaged" });
});

test("a schedule makes a backup at once, and the HostedCluster says that there is a young one", async () => {
  const words = ["--cluster", "demo", "--location", location, "--name", "e2e", "--every", "30d", "--keep", "1"];
  await hcp("create", "backup-schedule", ...words);
  const condition = await eventually("the HostedCluster tells of the backup", 120, async () => {
    const cluster = await management.get(HostedCluster, "demo", namespace);
    const found = findCondition(cluster?.status?.conditions, "BackupCurrent");
    return found?.status === "True" ? found : undefined;
  });
  expect(condition.message).toMatch(/^The newest good backup is e2e-\d{14}/);
});

test("a backup that is destroyed leaves nothing in the store", async () => {
  const folder = await folderOf(management, claimName);
  const list = () => hcp("local", "shell", "mgmt", "--", "find", `${folder}/clusters`, "-name", "manifest.json");
  expect(await list()).toContain("/clusters/demo/e2e/");
  await hcp("destroy", "backup", "e2e");
  expect(await list()).not.toContain("/clusters/demo/e2e/");
});
