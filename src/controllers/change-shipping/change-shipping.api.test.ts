import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Backup, scheduleLabel } from "../../api/backup.ts";
import { BackupLocation } from "../../api/backup-location.ts";
import { BackupSchedule } from "../../api/backup-schedule.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { operatorNamespacePermissions, operatorPermissions, recoveryPermissions } from "../../api/permissions.ts";
import { findCondition } from "../../kube/conditions.ts";
import { Deployment } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { noLog } from "../../kube/log.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor } from "../../kube/wait-for.ts";
import { recoveryProgramLabel } from "../../recovery/jobs/recovery-job.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { samples } from "../../testing/samples.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { changeShippingController } from "./controller.ts";
import { createShippedTimes } from "./shipped-times.ts";

let api: SharedApiServer;
let operator: Kube;
/** As the program's ServiceAccount. */
let recovery: Kube;
let location: string;
let end: () => Promise<void>;
const shippedTimes = createShippedTimes();

beforeAll(async () => {
  api = await sharedApiServer("shipping");
  await installCrds(api.kube);
  const rules = [...operatorPermissions, ...operatorNamespacePermissions];
  operator = await kubeWithRights({ ...api, name: "operator", rules, namespace: undefined });
  recovery = await kubeWithRights({ ...api, name: "recovery", rules: recoveryPermissions, namespace: undefined });
  location = `l-${api.namespace}`;
  await api.kube.create<BackupLocation>({
    ...{ apiVersion: BackupLocation.apiVersion, kind: BackupLocation.kind, metadata: { name: location } },
    spec: { volume: { claimName: "backups" } },
  });
  await api.kube.create<HostedCluster>({
    ...(samples().get("hosted-cluster-none") as unknown as HostedCluster),
    metadata: { name: "demo", namespace: api.namespace },
  });
}, 120_000);

beforeEach(() => {
  const stop = new AbortController();
  const options = { operatorNamespace: api.namespace, recoveryImage: "recovery:1", shippedTimes };
  const controller = { ...changeShippingController(options), namespace: api.namespace };
  const run = runControllers([controller], { kube: operator, log: noLog, signal: stop.signal });
  end = async () => {
    stop.abort();
    await run;
  };
});
afterEach(() => end());

const within = () => ({ namespace: api.namespace, timeoutMs: 50_000 });
const until = (is: (schedule: BackupSchedule) => boolean) => waitFor(api.kube, BackupSchedule, "hourly", is, within());
const shipped = ({ status }: BackupSchedule) => findCondition(status?.conditions, "ChangesShipped");
const tell = (changes: object) =>
  recovery.patch(BackupSchedule, "hourly", api.namespace, { status: { changes } }, { subresource: "status" });
const deployments = () =>
  api.kube.list(Deployment, { namespace: api.namespace, labels: { [recoveryProgramLabel]: "ship-changes" } });
const change = (spec: object) => api.kube.patch(BackupSchedule, "hourly", api.namespace, { spec });

async function makeSchedule(): Promise<void> {
  await api.kube.create<BackupSchedule>({
    ...{ apiVersion: BackupSchedule.apiVersion, kind: BackupSchedule.kind },
    metadata: { name: "hourly", namespace: api.namespace },
    spec: { clusterName: "demo", locationName: location, every: "1h", continuous: true },
  });
}

test("a continuous schedule has a program that ships, a backup that changes follow upon, and says how it goes", {
  timeout: 150_000,
}, async () => {
  await makeSchedule();
  await expect.poll(deployments).toHaveLength(1);
  const [made] = await deployments();
  const { args = [], image } = made?.spec?.template.spec?.containers[0] ?? {};
  expect(image).toBe("recovery:1");
  expect(args.slice(0, 7)).toEqual([
    ...["ship-changes", "--cluster-namespace", api.namespace, "--cluster", "demo", "--schedule", "hourly"],
  ]);
  expect(
    made?.spec?.template.spec?.volumes?.map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName),
  ).toContain("backups");
  expect(shipped(await until((schedule) => shipped(schedule) !== undefined))).toMatchObject({ status: "Unknown" });

  const run = new Date().toISOString().replace(/[-:.]/g, "");
  await tell({ history: "u", run, first: 100, revision: 200, until: new Date().toISOString() });
  const name = `hourly-from-${run.toLowerCase()}`;
  const base = await waitFor(api.kube, Backup, name, () => true, within());
  expect(base).toMatchObject({ metadata: { labels: { [scheduleLabel]: "hourly" } }, spec: { locationName: location } });
  const now = new Date().toISOString();
  const clusterUID = (await api.kube.get(HostedCluster, "demo", api.namespace))?.metadata?.uid;
  const succeeded = { type: "Succeeded", status: "True", reason: "AsExpected", message: "", lastTransitionTime: now };
  const status = { completedAt: now, clusterUID, history: "u", revision: 150, conditions: [succeeded] };
  await recovery.patch(Backup, name, api.namespace, { status }, { subresource: "status" });
  const good = await until((schedule) => shipped(schedule)?.status === "True");
  expect(shipped(good)?.message).toContain(`any time since ${now}`);
  await expect.poll(() => shippedTimes.text()).toContain('cluster="demo",schedule="hourly"');

  await tell({ problem: "The volume is full" });
  const failed = await until((schedule) => shipped(schedule)?.status === "False");
  expect(shipped(failed)).toMatchObject({ reason: "ChangesNotShipped" });
  expect(shipped(failed)?.message).toContain("The volume is full");

  await change({ continuous: false });
  await expect.poll(deployments).toHaveLength(0);
  const ended = await until((schedule) => shipped(schedule) === undefined && !schedule.status?.changes);
  expect(ended.spec.continuous).toBe(false);
  await expect.poll(() => shippedTimes.text()).not.toContain("hourly");

  await change({ continuous: true });
  await expect.poll(deployments).toHaveLength(1);
  await api.kube.delete(BackupSchedule, "hourly", api.namespace);
  await expect.poll(() => api.kube.get(BackupSchedule, "hourly", api.namespace)).toBeUndefined();
  expect(await deployments()).toHaveLength(0);
  // What is stored is the backups', and not the schedule's.
  expect(await api.kube.get(Backup, name, api.namespace)).toBeDefined();
});

test("without its location nothing is shipped, and it is said what to do", async () => {
  await makeSchedule();
  await change({ locationName: "gone" });
  const held = await until((schedule) => shipped(schedule)?.status === "False");
  expect(shipped(held)).toMatchObject({
    reason: "LocationNotFound",
    message: expect.stringContaining("gone: make it"),
  });
  await api.kube.delete(BackupSchedule, "hourly", api.namespace);
  await expect.poll(() => api.kube.get(BackupSchedule, "hourly", api.namespace)).toBeUndefined();
});
