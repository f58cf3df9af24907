import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { BackupLocation, lookAgainAnnotation } from "../../api/backup-location.ts";
import { operatorNamespacePermissions, operatorPermissions, storePermissions } from "../../api/permissions.ts";
import { findCondition } from "../../kube/conditions.ts";
import { Job, type PersistentVolumeClaim, Secret } from "../../kube/kinds.ts";
import { noLog } from "../../kube/log.ts";
import { pause } from "../../kube/pause.ts";
import { runControllers } from "../../kube/run-controllers.ts";
import { waitFor } from "../../kube/wait-for.ts";
import { runProbeLocation } from "../../recovery/probe/run-probe-location.ts";
import { volumeStore } from "../../recovery/store/volume-store.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kstatus } from "../../testing/kstatus.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { type SharedApiServer, sharedApiServer } from "../../testing/shared-api-server.ts";
import { type SmallS3, smallS3 } from "../../testing/small-s3.ts";
import { backupLocationController } from "./controller.ts";

const { signal } = new AbortController();
let api: SharedApiServer;
let folder: string;
let s3: SmallS3;
const ended: (() => Promise<void>)[] = [];

beforeAll(async () => {
  api = await sharedApiServer("locations");
  await installCrds(api.kube);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "backup-location-test-"));
  s3 = await smallS3();
});
afterEach(async () => {
  await Promise.all(ended.splice(0).map((end) => end()));
  s3.close();
  await rm(folder, { recursive: true });
});

/** The controller, with an operator's rights and no more. */
async function start(recoveryImage = "recovery:1") {
  const { kube, kubeconfig, namespace } = api;
  const rules = [...operatorPermissions, ...operatorNamespacePermissions];
  const operator = await kubeWithRights({ kube, kubeconfig, name: "operator", rules });
  const stop = new AbortController();
  const controller = backupLocationController({ operatorNamespace: namespace, recoveryImage });
  // Locations are in no namespace: those of other tests, which share the server, are left alone.
  const own: typeof controller = {
    ...controller,
    reconcile: (location, context) => (isMine(location) ? controller.reconcile(location, context) : undefined),
    summarize: (location, result, context) => isMine(location) && controller.summarize?.(location, result, context),
  };
  const run = runControllers([own], { kube: operator, log: noLog, signal: stop.signal });
  ended.push(async () => {
    stop.abort();
    await run;
  });
}

const mine = new Set<string>();
const isMine = ({ metadata }: BackupLocation) => mine.has(metadata?.name ?? "");
beforeEach(() => mine.clear());
function anyName(): string {
  const name = `location-${randomBytes(4).toString("hex")}`;
  mine.add(name);
  return name;
}
const make = (name: string, spec: BackupLocation["spec"]) =>
  api.kube.create<BackupLocation>({
    apiVersion: BackupLocation.apiVersion,
    kind: BackupLocation.kind,
    metadata: { name },
    spec,
  });
const onBucket = (credentials: string, bucket = "backups") => ({
  s3: { endpoint: s3.endpoint, bucket, credentials: { name: credentials } },
});
const secret = (name: string, text: string) =>
  api.kube.apply<Secret>({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: api.namespace },
    stringData: { credentials: text },
  });
const available = ({ status }: BackupLocation) => findCondition(status?.conditions, "Available");
const until = (name: string, is: (location: BackupLocation) => boolean) =>
  waitFor(api.kube, BackupLocation, name, is, { timeoutMs: 50_000 });

/** The location's job, once there is one other than `before`. */
async function jobOf(name: string, before?: string): Promise<Job> {
  for (const deadline = Date.now() + 50_000; Date.now() < deadline; await pause(50)) {
    const jobs = await api.kube.list(Job, { namespace: api.namespace });
    const mine = jobs.filter(
      ({ metadata }) =>
        metadata?.ownerReferences?.[0]?.name === name && metadata.name !== before && !metadata.deletionTimestamp,
    );
    if (mine[0]) return mine[0];
  }
  throw new Error(`There is no job for ${name} after 50 s`);
}

/** Does what the job's pod would do: the program with its arguments, the rights of its account, and its files. */
async function run(job: Job): Promise<void> {
  const { kube, kubeconfig } = api;
  const { containers, volumes = [] } = job.spec?.template.spec ?? { containers: [] };
  const [program, ...args] = containers[0]?.args ?? [];
  expect(program).toBe("probe-location");
  const options = { name: { type: "string" }, of: { type: "string" }, location: { type: "string" } } as const;
  const { name = "", of = "", location = "" } = parseArgs({ args, options }).values;
  const files = {
    credentials: join(folder, "credentials"),
    authority: join(folder, "ca.crt"),
    identities: join(folder, "identities"),
    volume: join(folder, "volume"),
  };
  for (const { secret: source } of volumes) {
    const found = source && (await kube.get(Secret, source.secretName ?? "", api.namespace));
    if (found) await writeFile(files.credentials, Buffer.from(found.data?.credentials ?? "", "base64"));
  }
  await mkdir(files.volume, { recursive: true });
  const own = await kubeWithRights({ kube, kubeconfig, name: "recovery-store", rules: storePermissions });
  await runProbeLocation({ kube: own, log: noLog, signal, name, of, location, files });
}

test("a bucket is tried by a job, and then is available, with the backups that are in it", async () => {
  const name = anyName();
  await secret(name, "aws_access_key_id = a\naws_secret_access_key = b");
  s3.objects.set("clusters/demo/one/a.snapshot.db", Buffer.alloc(100));
  const told = { madeAt: "2026-01-31T18:00:00Z", release: { version: "1.34.4" }, parts: [{ encrypted: true }] };
  const cluster = { namespace: "clusters", name: "demo", uid: "c" };
  const manifest = { version: 1, backup: { name: "one", uid: "u-1" }, cluster, etcd: {}, ...told };
  s3.objects.set("clusters/demo/one/manifest.json", Buffer.from(JSON.stringify(manifest)));
  s3.objects.set("clusters/demo/unfinished/a.snapshot.db", Buffer.alloc(100));
  await make(name, onBucket(name));
  await start();
  const job = await jobOf(name);
  const before = await until(name, (location) => available(location) !== undefined);
  expect(available(before)).toMatchObject({ status: "Unknown", reason: "ProbeInProgress" });
  expect(kstatus(before)).toBe("InProgress");
  await run(job);
  const after = await until(name, (location) => available(location)?.status === "True");
  expect(kstatus(after)).toBe("Current");
  expect(after.status?.backupCount).toBe(1);
  expect(after.status?.backups).toEqual([
    {
      path: "clusters/demo/one",
      namespace: "clusters",
      cluster: "demo",
      name: "one",
      time: "2026-01-31T18:00:00Z",
      version: "1.34.4",
      bytes: 100 + JSON.stringify(manifest).length,
      encrypted: true,
    },
  ]);
  expect([...s3.objects.keys()].filter((key) => key.startsWith("probe/"))).toEqual([]);
  await expect.poll(() => api.kube.get(Job, job.metadata?.name ?? "", api.namespace)).toBe(undefined);
});

test("what is wrong with a location is its condition in the words of its job, and a change of its Secret is tried at once", async () => {
  const name = anyName();
  await secret(name, "aws_access_key_id = a");
  await make(name, onBucket(name, "other"));
  await start();
  const first = await jobOf(name);
  await run(first);
  const wrong = await until(name, (location) => available(location)?.status === "False");
  expect(available(wrong)).toMatchObject({
    reason: "InvalidLocation",
    message: expect.stringContaining("aws_secret_access_key"),
  });
  await secret(name, "aws_access_key_id = a\naws_secret_access_key = b");
  const second = await jobOf(name, first.metadata?.name);
  await run(second);
  const still = await until(name, (location) => available(location)?.reason === "BucketNotFound");
  expect(available(still)?.message).toContain("there is no such bucket");
  await api.kube.patch(BackupLocation, name, undefined, { spec: { s3: { bucket: "backups" } } });
  await run(await jobOf(name, second.metadata?.name));
  const good = await until(name, (location) => available(location)?.status === "True");
  expect(good.status?.lastProbe).not.toHaveProperty("reason");
});

test("a Secret that is not there is named, and no job is made before it is", async () => {
  const name = anyName();
  await make(name, onBucket(name));
  await start();
  const wrong = await until(name, (location) => available(location)?.status === "False");
  expect(available(wrong)).toMatchObject({
    reason: "InvalidLocation",
    message: `There is no Secret ${api.namespace}/${name}, which the location names; make it`,
  });
  await secret(name, "aws_access_key_id = a\naws_secret_access_key = b");
  await jobOf(name);
});

test("a volume is a location, and is looked at again when somebody asks for it", async () => {
  const name = anyName();
  await api.kube.create<PersistentVolumeClaim>({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: api.namespace },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  });
  await make(name, { volume: { claimName: name } });
  await start();
  const job = await jobOf(name);
  expect(job.spec?.template.spec?.volumes).toContainEqual({
    name: "volume",
    persistentVolumeClaim: { claimName: name },
  });
  await run(job);
  expect((await until(name, (location) => available(location)?.status === "True")).status?.backupCount).toBe(0);
  async function* text(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("{}");
  }
  await volumeStore(join(folder, "volume")).put("clusters/demo/one/manifest.json", text(), { signal });
  await api.kube.patch(BackupLocation, name, undefined, { metadata: { annotations: { [lookAgainAnnotation]: "1" } } });
  await run(await jobOf(name, job.metadata?.name));
  await until(name, ({ status }) => status?.backupCount === 1);
});

test("a job that ended without a word is made again", async () => {
  const name = anyName();
  await secret(name, "aws_access_key_id = a\naws_secret_access_key = b");
  await make(name, onBucket(name));
  await start();
  const { metadata } = await jobOf(name);
  const time = new Date().toISOString();
  const conditions = ["SuccessCriteriaMet", "Complete"].map((type) => ({
    type,
    status: "True",
    lastTransitionTime: time,
  }));
  const status = { startTime: time, completionTime: time, succeeded: 1, conditions };
  await api.kube.patch(Job, metadata?.name ?? "", api.namespace, { status }, { subresource: "status" });
  await expect.poll(async () => (await jobOf(name)).metadata?.uid, { timeout: 30_000 }).not.toBe(metadata?.uid);
});

test("without an image for it, the location says what to do", async () => {
  const name = anyName();
  await make(name, onBucket(name));
  await start("");
  const told = await until(name, (location) => available(location)?.status === "False");
  expect(available(told)).toMatchObject({ reason: "ProbeFailed", message: expect.stringContaining("hcp install") });
});
