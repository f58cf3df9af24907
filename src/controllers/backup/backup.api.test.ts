import { randomBytes } from "node:crypto";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Backup, keepStoredAnnotation, scheduleLabel, verifyAnnotation } from "../../api/backup.ts";
import { BackupLocation } from "../../api/backup-location.ts";
import { BackupSchedule } from "../../api/backup-schedule.ts";
import { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { operatorNamespacePermissions, operatorPermissions, recoveryPermissions } from "../../api/permissions.ts";
import { verificationOf } from "../../api/verification-of.ts";
import { isNotFound } from "../../kube/api-error.ts";
import { findCondition } from "../../kube/conditions.ts";
import { Event, Job, type Namespace } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { pause } from "../../kube/pause.ts";
import type { Resource } from "../../kube/resource.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor } from "../../kube/wait-for.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kstatus } from "../../testing/kstatus.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { samples } from "../../testing/samples.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { backupScheduleController } from "../backup-schedule/controller.ts";
import { etcdBackupController } from "../etcd-backup/controller.ts";
import { workForAnnotation } from "../recovery-job/do-work.ts";
import { createBackupAges } from "./backup-ages.ts";
import { backupController } from "./controller.ts";

let api: SharedApiServer;
let operator: Kube;
/** As the jobs' ServiceAccount. */
let recovery: Kube;
let home: string;
let location: string;
const backupAges = createBackupAges();
const ended: (() => Promise<void>)[] = [];

beforeAll(async () => {
  api = await sharedApiServer("backups");
  await installCrds(api.kube);
  operator = await kubeWithRights({
    ...api,
    name: "operator",
    rules: [...operatorPermissions, ...operatorNamespacePermissions],
    namespace: undefined,
  });
  recovery = await kubeWithRights({ ...api, name: "recovery", rules: recoveryPermissions, namespace: undefined });
});

beforeEach(async () => {
  // A namespace of its own for each test: its controllers look into no other.
  home = `${api.namespace}-${randomBytes(3).toString("hex")}`;
  location = home;
  await api.kube.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: home } });
  await api.kube.create<HostedCluster>({
    ...(samples().get("hosted-cluster-none") as unknown as HostedCluster),
    metadata: { name: "demo", namespace: home },
  });
  await makeLocation();
  const stop = new AbortController();
  const controllers = [
    {
      ...backupController({ operatorNamespace: api.namespace, recoveryImage: "recovery:1", backupAges }),
      namespace: home,
    },
    { ...backupScheduleController(), namespace: home },
    {
      ...etcdBackupController({ operatorNamespace: api.namespace, recoveryImage: "recovery:1" }),
      namespace: home,
    },
  ];
  const run = runControllers(controllers, { kube: operator, log: noLog, signal: stop.signal });
  ended.push(async () => {
    stop.abort();
    await run;
  });
});

afterEach(async () => {
  await Promise.all(ended.splice(0).map((end) => end()));
});

const makeLocation = (claimName = "backups") =>
  api.kube.create<BackupLocation>({
    apiVersion: BackupLocation.apiVersion,
    kind: BackupLocation.kind,
    metadata: { name: location },
    spec: { volume: { claimName } },
  });

const makeBackup = (name: string) =>
  api.kube.create<Backup>({
    apiVersion: Backup.apiVersion,
    kind: Backup.kind,
    metadata: { name, namespace: home },
    spec: { clusterName: "demo", locationName: location },
  });

const uidOfDemo = async () => (await api.kube.get(HostedCluster, "demo", home))?.metadata?.uid;

const within = { timeoutMs: 50_000 };
const until = (name: string, is: (backup: Backup) => boolean) =>
  waitFor(api.kube, Backup, name, is, { namespace: home, ...within });
const succeeded = ({ status }: Resource & { status?: Backup["status"] }) =>
  findCondition(status?.conditions, "Succeeded");
const verified = ({ status }: Backup) => findCondition(status?.conditions, "Verified");

/** The job of this program for a Backup, once there is one that has not ended. */
async function jobOf(backup: string, program: string): Promise<Job> {
  for (const deadline = Date.now() + 50_000; Date.now() < deadline; await pause(50)) {
    const jobs = await api.kube.list(Job, { namespace: api.namespace });
    const found = jobs.find(({ metadata, spec, status }) => {
      const args = spec?.template.spec?.containers[0]?.args ?? [];
      const isLeft = !status?.conditions?.length && !metadata?.deletionTimestamp;
      return isLeft && args[0] === program && args[args.indexOf("--backup") + 1] === backup && args.includes(home);
    });
    if (found) return found;
  }
  throw new Error(`There is no job ${program} for ${backup} after 50 s`);
}

/** The pod of a job that has ended holds the claim of its volume. */
const jobsLeft = async (backup: string) => {
  const jobs = await api.kube.list(Job, { namespace: api.namespace });
  return jobs
    .map(({ metadata }) => metadata)
    .filter((each) => each?.annotations?.[workForAnnotation] === `${home}/${backup}`);
};

/** What the program writes into the Backup, as its ServiceAccount. */
const tell = (name: string, status: object) =>
  recovery.patch(Backup, name, home, { status }, { subresource: "status" });

/** What the management cluster's job controller would write. */
async function end({ metadata }: Job, how: "Complete" | "Failed"): Promise<void> {
  const time = new Date().toISOString();
  const condition = (type: string) => ({ type, status: "True", lastTransitionTime: time, message: "Backoff limit" });
  const conditions = [condition(how === "Complete" ? "SuccessCriteriaMet" : "FailureTarget"), condition(how)];
  const status = { startTime: time, conditions, ...(how === "Complete" && { completionTime: time, succeeded: 1 }) };
  const patched = api.kube.patch(Job, metadata?.name ?? "", api.namespace, { status }, { subresource: "status" });
  // It may have been taken away already, since its program had said that all is done.
  await patched.catch((error) => {
    if (!isNotFound(error)) throw error;
  });
}

const result = { completedAt: new Date().toISOString(), revision: 7, objects: 70, bytes: 1000, encrypted: false };

async function complete(name: string): Promise<void> {
  const job = await jobOf(name, "make-backup");
  await tell(name, result);
  await end(job, "Complete");
  await until(name, (backup) => succeeded(backup)?.status === "True");
}

test("a Backup is made by a job, and is complete once that has said so", async () => {
  await makeBackup("one");
  const job = await jobOf("one", "make-backup");
  const before = await until("one", (backup) => succeeded(backup) !== undefined);
  expect(succeeded(before)).toMatchObject({ status: "Unknown", reason: "BackupInProgress" });
  expect(kstatus(before)).toBe("InProgress");
  expect(before.status?.path).toBe(`${home}/demo/one`);
  const { volumes = [] } = job.spec?.template.spec ?? {};
  expect(volumes.map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName)).toContain("backups");
  await tell("one", { problem: "There is no route" });
  await until(
    "one",
    (backup) => succeeded(backup)?.message.includes("it is tried again, because There is no route") === true,
  );
  await tell("one", { problem: null, ...result });
  await end(job, "Complete");
  const after = await until("one", (backup) => succeeded(backup)?.status === "True");
  expect(kstatus(after)).toBe("Current");
  expect(after.status).toMatchObject(result);
  expect(after.status?.problem).toBeUndefined();
  await expect.poll(() => backupAges.text()).toContain(`{namespace="${home}",cluster="demo"}`);
});

test("a Backup that failed says why in its program's words, at the HostedCluster, too", async () => {
  await makeBackup("one");
  const job = await jobOf("one", "make-backup");
  await tell("one", { problem: "There is no bucket backups" });
  await end(job, "Failed");
  const failed = await until("one", (backup) => succeeded(backup)?.status === "False");
  expect(succeeded(failed)).toMatchObject({ reason: "BackupFailed", message: "There is no bucket backups" });
  expect(kstatus(failed)).toBe("Failed");
  await expect
    .poll(async () => (await api.kube.list(Event, { namespace: home })).map(({ message }) => message))
    .toContain("The backup one failed: There is no bucket backups");
});

test("a job that ended without a word is made again", async () => {
  await makeBackup("one");
  const first = await jobOf("one", "make-backup");
  await end(first, "Complete");
  const second = await jobOf("one", "make-backup");
  expect(second.metadata?.name).toBe(first.metadata?.name);
  expect(second.metadata?.uid).not.toBe(first.metadata?.uid);
});

test("a Backup is read again as often as somebody asks, and what is wrong with it is named", async () => {
  await makeBackup("one");
  await complete("one");
  const ask = (value: string) =>
    api.kube.patch(Backup, "one", home, { metadata: { annotations: { [verifyAnnotation]: value } } });
  await ask("a$$");
  const first = await jobOf("one", "check-backup");
  const time = new Date().toISOString();
  await tell("one", { verification: { of: verificationOf("a$$"), time, opened: true } });
  await end(first, "Complete");
  await until("one", (backup) => verified(backup)?.status === "True");
  await expect.poll(() => jobsLeft("one")).toEqual([]);
  await ask("b");
  const second = await jobOf("one", "check-backup");
  const problems = ["snapshot.db was changed"];
  await tell("one", { verification: { of: verificationOf("b"), time, opened: false, problems } });
  await end(second, "Complete");
  const damaged = await until("one", (backup) => verified(backup)?.status === "False");
  expect(verified(damaged)).toMatchObject({
    reason: "BackupDamaged",
    message: "The backup is of no use: snapshot.db was changed",
  });
  await expect.poll(() => backupAges.text()).not.toContain(home);
  await ask("c");
  const third = await jobOf("one", "check-backup");
  await tell("one", { problem: "There is no route" });
  await end(third, "Failed");
  const unread = await until("one", (backup) => backup.status?.verification?.of === verificationOf("c"));
  expect(verified(unread)).toMatchObject({
    status: "Unknown",
    message: expect.stringMatching(/^The backup could not be read: There is no route; .*snapshot.db was changed$/),
  });
  // What was found is no better for that.
  expect(unread.status?.verification?.problems).toEqual(problems);
  // Found by a job that ended before anybody saw it at work.
  await tell("one", { verification: { unread: null, problems: null, opened: true } });
  await until("one", (backup) => verified(backup)?.status === "True");
  await tell("one", { verification: { problems } });
  await until("one", (backup) => verified(backup)?.status === "False");
});

test("a Backup goes once what it has stored is deleted, and not because its location is gone", async () => {
  await makeBackup("one");
  await complete("one");
  await api.kube.delete(BackupLocation, location);
  await api.kube.delete(Backup, "one", home);
  const held = await until("one", (backup) => succeeded(backup)?.reason === "LocationNotFound");
  expect(succeeded(held)?.message).toContain(`${keepStoredAnnotation}=true`);
  // It lies nowhere there, which does not mean that it is gone.
  await makeLocation("others");
  const elsewhere = "is the volume others now, and this backup went to the volume backups";
  await until("one", (backup) => succeeded(backup)?.message.includes(elsewhere) === true);
  await api.kube.delete(BackupLocation, location);
  await makeLocation();
  const job = await jobOf("one", "delete-backup");
  await tell("one", { problem: "There is no route" });
  await end(job, "Failed");
  const isHeld = (backup: Backup) =>
    succeeded(backup)?.message.includes("cannot be deleted: There is no route") === true;
  expect(succeeded(await until("one", isHeld))?.message).toContain(`${keepStoredAnnotation}=true`);
  // Asked for at once: it is looked at again, and finds no job.
  await api.kube.patch(Backup, "one", home, { metadata: { annotations: { again: "1" } } });
  const second = await jobOf("one", "delete-backup");
  // Stopped with its node, say.
  await end(second, "Complete");
  const third = await jobOf("one", "delete-backup");
  expect(third.metadata?.uid).not.toBe(second.metadata?.uid);
  await tell("one", { problem: null, deleted: true });
  await end(third, "Complete");
  await expect.poll(() => api.kube.get(Backup, "one", home)).toBeUndefined();
  expect(await jobsLeft("one")).toEqual([]);
});

test("what is stored stays where somebody says so", async () => {
  await makeBackup("one");
  await complete("one");
  const annotations = { [keepStoredAnnotation]: "true" };
  await api.kube.patch(Backup, "one", home, { metadata: { annotations } });
  await api.kube.delete(Backup, "one", home);
  await expect.poll(() => api.kube.get(Backup, "one", home)).toBeUndefined();
  const jobs = await api.kube.list(Job, { namespace: api.namespace });
  const ours = jobs.filter(({ spec }) => spec?.template.spec?.containers[0]?.args?.includes(home));
  expect(ours.filter(({ metadata }) => metadata?.name?.startsWith("delete-backup-"))).toEqual([]);
});

test("a schedule makes a backup at once, keeps as many as it is to, and tells of one that failed", async () => {
  const labels = { [scheduleLabel]: "hourly" };
  // Of a cluster that had the name before: nothing pushes it out.
  await makeBackup("of-another");
  await complete("of-another");
  await tell("of-another", { completedAt: "2025-12-31T00:00:00Z", clusterUID: "u-1" });
  await api.kube.patch(Backup, "of-another", home, {
    metadata: { labels, annotations: { [keepStoredAnnotation]: "true" } },
  });
  // Two good ones of before: one more than are kept.
  for (const [name, completedAt] of [
    ["older", "2026-01-01T00:00:00Z"],
    ["old", "2026-01-02T00:00:00Z"],
  ] as const) {
    await makeBackup(name);
    await complete(name);
    await tell(name, { completedAt, clusterUID: await uidOfDemo() });
    await api.kube.patch(Backup, name, home, { metadata: { labels, annotations: { [keepStoredAnnotation]: "true" } } });
  }
  await api.kube.create<BackupSchedule>({
    apiVersion: BackupSchedule.apiVersion,
    kind: BackupSchedule.kind,
    metadata: { name: "hourly", namespace: home },
    spec: { clusterName: "demo", locationName: location, every: "300d", keep: 1 },
  });
  const names = async () =>
    (await api.kube.list(Backup, { namespace: home, labels })).map(({ metadata }) => metadata?.name);
  await expect.poll(names).not.toContain("older");
  await expect.poll(async () => (await names()).length).toBe(3);
  const [made = ""] = (await names()).filter((name) => name?.startsWith("hourly-"));
  expect(made).toMatch(/^hourly-\d{14}$/);
  const job = await jobOf(made, "make-backup");
  await tell(made, { problem: "There is no bucket backups" });
  await end(job, "Failed");
  const current = ({ status }: BackupSchedule) => findCondition(status?.conditions, "BackupCurrent");
  const schedule = await waitFor(
    api.kube,
    BackupSchedule,
    "hourly",
    (each) => current(each)?.message.includes("There is no bucket backups") === true,
    { namespace: home, ...within },
  );
  expect(current(schedule)?.status).toBe("False");
  // The last good one, however old.
  expect(await names()).toEqual(expect.arrayContaining(["old", "of-another"]));
  expect(schedule.status?.lastSucceeded?.name).toBe("old");
});

test("the backups of a cluster that is gone stay, and none is made", async () => {
  await api.kube.create<BackupSchedule>({
    apiVersion: BackupSchedule.apiVersion,
    kind: BackupSchedule.kind,
    metadata: { name: "hourly", namespace: home },
    spec: { clusterName: "gone", locationName: location, every: "1h", keep: 1 },
  });
  const schedule = await waitFor(
    api.kube,
    BackupSchedule,
    "hourly",
    ({ status }) => findCondition(status?.conditions, "BackupCurrent")?.reason === "ClusterNotFound",
    { namespace: home, ...within },
  );
  expect(kstatus(schedule)).toBe("Failed");
  expect(await api.kube.list(Backup, { namespace: home })).toEqual([]);
});

const makeEtcdBackup = (name: string, more: object = {}) =>
  api.kube.create<HCPEtcdBackup>({
    apiVersion: HCPEtcdBackup.apiVersion,
    kind: HCPEtcdBackup.kind,
    metadata: { name, namespace: home },
    spec: {
      storage: {
        storageType: "S3",
        s3: { bucket: "backups", region: "us-east-1", keyPrefix: "demo", credentials: { name: "aws" }, ...more },
      },
    },
  });

const etcdBackup = (name: string, reason: string) =>
  waitFor(
    api.kube,
    HCPEtcdBackup,
    name,
    ({ status }) => findCondition(status?.conditions, "BackupCompleted")?.reason === reason,
    { namespace: home, ...within },
  );

test("an HCPEtcdBackup is complete once its job says where the snapshot is", async () => {
  await makeEtcdBackup("one");
  const job = await jobOf("one", "make-etcd-backup");
  await etcdBackup("one", "BackupInProgress");
  const status = { snapshotURL: "s3://backups/demo/one.db" };
  await recovery.patch(HCPEtcdBackup, "one", home, { status }, { subresource: "status" });
  await end(job, "Complete");
  const { status: after } = await etcdBackup("one", "BackupSucceeded");
  expect(findCondition(after?.conditions, "BackupCompleted")?.status).toBe("True");
});

test("an HCPEtcdBackup that failed says why in its program's words, and one that cannot be made is refused", async () => {
  await makeEtcdBackup("failed");
  const job = await jobOf("failed", "make-etcd-backup");
  const message = "Cannot take a snapshot of etcd, which has no quorum";
  const lastTransitionTime = new Date().toISOString();
  const conditions = [
    { type: "BackupCompleted", status: "False", reason: "BackupInProgress", message, lastTransitionTime },
  ];
  await recovery.patch(HCPEtcdBackup, "failed", home, { status: { conditions } }, { subresource: "status" });
  await end(job, "Failed");
  const { status: failed } = await etcdBackup("failed", "BackupFailed");
  expect(findCondition(failed?.conditions, "BackupCompleted")?.message).toBe(message);
  await makeEtcdBackup("refused", { kmsKeyARN: "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d" });
  const { status: refused } = await etcdBackup("refused", "BackupRejected");
  expect(findCondition(refused?.conditions, "BackupCompleted")?.message).toContain("keys of KMS are not served");
});
