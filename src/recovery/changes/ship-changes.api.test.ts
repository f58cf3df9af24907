import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Backup } from "../../api/backup.ts";
import { BackupSchedule } from "../../api/backup-schedule.ts";
import type { HostedCluster } from "../../api/hosted-cluster.ts";
import { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import { recoveryPermissions } from "../../api/permissions.ts";
import { wantedRecoveryAnnotation } from "../../api/wanted-recovery.ts";
import { ConfigMap, type Namespace, type Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import { createLog } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { type EtcdMembers, startEtcdMembers } from "../../testing/etcd-members.ts";
import { installCrds } from "../../testing/install-crds.ts";
import { kubeWithRights } from "../../testing/kube-with-rights.ts";
import { samples } from "../../testing/samples.ts";
import { sharedApiServer } from "../../testing/shared-api-server.ts";
import { acknowledgedRevision } from "../etcd/acknowledged-revision.ts";
import { untilGiven } from "../etcd/until-given.ts";
import type { Store } from "../store/store.ts";
import { volumeStore } from "../store/volume-store.ts";
import { chooseSegments } from "./choose-segments.ts";
import { findSegments } from "./find-segments.ts";
import { changesPath, type Segment } from "./segment.ts";
import { prune, type ShipChangesOptions, shipChanges } from "./ship-changes.ts";

const { signal } = new AbortController();
let administrator: Kube;
let kube: Kube;
let etcd: EtcdMembers;
let home: string;
let plane: string;
let uid: string;
let folder: string;
let store: Store;
/** Of this test. */
let schedule: string;
let end: () => Promise<void> = async () => {};

const base64 = (text: string) => Buffer.from(text).toString("base64");
const host = () => etcd.hosts["etcd-0"] ?? "";
const revision = () => acknowledgedRevision(etcd.client, host());
const within = { timeout: 50_000 };

async function put(key: string): Promise<void> {
  const write = () => etcd.client.call(host(), "kv/put", { key: base64(`/kubernetes.io/${key}`), value: base64(key) });
  await untilGiven(write, { forMs: 50_000, everyMs: 50, signal });
}

beforeAll(async () => {
  const server = await sharedApiServer("changes");
  await installCrds(server.kube);
  administrator = server.kube;
  home = server.namespace;
  plane = `${home}-demo`;
  kube = await kubeWithRights({ ...server, name: "recovery", rules: recoveryPermissions, namespace: undefined });
  etcd = await startEtcdMembers(aControlPlane({ namespace: plane }));
  const sample = samples().get("hosted-cluster-none") as Resource & { spec: object };
  const cluster = { ...sample, metadata: { name: "demo", namespace: home } };
  uid = (await administrator.create(cluster as unknown as HostedCluster)).metadata?.uid ?? "";
  await administrator.create<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: plane } });
  const { apiVersion, kind } = HostedControlPlane;
  const { spec } = aControlPlane({ namespace: plane });
  const metadata = { name: "demo", namespace: plane };
  await administrator.create({ apiVersion, kind, metadata, spec } as HostedControlPlane);
  await administrator.create<ConfigMap>({
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "durable-record", namespace: plane } },
    data: { etcd: "{}" },
  });
  const { ca, certificate, key } = etcd.access;
  const data = { "ca.crt": base64(ca), "tls.crt": base64(certificate), "tls.key": base64(key) };
  await administrator.create<Secret>({
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "etcd-client-tls", namespace: plane }, data },
  });
  await untilGiven(revision, { forMs: 50_000, everyMs: 50, signal });
}, 120_000);

let tests = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-changes-"));
  store = volumeStore(folder);
  schedule = `schedule-${++tests}`;
  await administrator.create<BackupSchedule>({
    ...{
      apiVersion: BackupSchedule.apiVersion,
      kind: BackupSchedule.kind,
      metadata: { name: schedule, namespace: home },
    },
    spec: { clusterName: "demo", locationName: "store", every: "1h", continuous: true },
  });
});

afterEach(async () => {
  await end();
  await rm(folder, { recursive: true, force: true });
  for (const { metadata } of await administrator.list(Backup, { namespace: home })) {
    await administrator.delete(Backup, metadata?.name ?? "", home);
  }
});

afterAll(() => etcd?.stop());

const options = (): ShipChangesOptions => ({
  ...{
    kube,
    signal,
    now: () => new Date(),
    namespace: home,
    cluster: "demo",
    schedule,
    host: host(),
    everyMs: 50,
    patienceMs: 0,
  },
  log: createLog({ write: () => {} }),
  openLocation: async () => ({ store, recipients: [] }),
  addressOf: etcd.addressOf,
});

/** Starts the program; `end` ends it, as Kubernetes does. */
function start(): void {
  const stop = new AbortController();
  const running = shipChanges({ ...options(), signal: stop.signal });
  end = async () => {
    stop.abort();
    await running;
  };
}

const changes = async () => (await administrator.get(BackupSchedule, schedule, home))?.status?.changes;
const segments = (history = uid) =>
  findSegments(store, changesPath({ namespace: home, name: "demo" }, history), signal);
/** How far one can go from a revision without a gap. */
async function reaches(from: number, history = uid): Promise<number> {
  const row = chooseSegments(await segments(history), { revision: from, madeAt: new Date().toISOString() });
  return row.at(-1)?.last ?? from;
}
const runsOf = (found: readonly Segment[]) => new Set(found.map(({ run }) => run)).size;

async function backup(name: string, of: number, history = uid): Promise<void> {
  const { apiVersion, kind } = Backup;
  const spec = { clusterName: "demo", locationName: "store" };
  await administrator.create<Backup>({ apiVersion, kind, metadata: { name, namespace: home }, spec });
  const status = { completedAt: new Date().toISOString(), revision: of, history };
  await administrator.patch(Backup, name, home, { status }, { subresource: "status" });
}

test("shipping begins behind the newest backup, tells how far it is, and goes on after any death", async () => {
  const from = await revision();
  await backup("base", from);
  await put("a");
  start();
  await expect.poll(() => reaches(from), within).toBe(from + 1);
  await expect.poll(changes, within).toMatchObject({ history: uid, first: from + 1, until: expect.any(String) });
  expect((await changes())?.problem).toBeUndefined();

  await end();
  await put("b");
  start();
  await put("c");
  await expect.poll(() => reaches(from), within).toBe(from + 3);
  await etcd.kill("etcd-0");
  etcd.start("etcd-0");
  await put("d");
  await expect.poll(() => reaches(from), within).toBe(from + 4);
  await end();
  expect(runsOf(await segments())).toBe(1);
  // What was there when it was ended is told.
  expect(await changes()).toMatchObject({ first: from + 1, revision: from + 4 });
});

test("what was told of how far changes reach is not forgotten where etcd goes and the program starts anew", async () => {
  const from = await revision();
  await backup("base", from);
  await put("a");
  start();
  await expect.poll(() => reaches(from), within).toBe(from + 1);
  await expect.poll(changes, within).toMatchObject({ until: expect.any(String) });
  await end();
  const before = await changes();
  expect(before).toMatchObject({ time: expect.any(String), until: expect.any(String) });
  await etcd.kill("etcd-0");
  try {
    start();
    await expect.poll(async () => (await changes())?.problem, within).toBeDefined();
    await end();
    const { problem: _, ...after } = (await changes()) ?? {};
    expect(after).toEqual(before);
  } finally {
    etcd.start("etcd-0");
  }
  await untilGiven(revision, { forMs: 50_000, everyMs: 50, signal });
});

test("where etcd has forgotten what comes next, another run begins with what there is now", async () => {
  const from = await revision();
  await backup("base", from);
  await put("a");
  start();
  await expect.poll(() => reaches(from), within).toBe(from + 1);
  await end();
  for (const key of ["b", "c", "d"]) await put(key);
  await etcd.client.compact(host(), from + 3);
  start();
  await expect.poll(async () => (await changes())?.first, within).toBe(from + 5);
  await put("e");
  await expect.poll(() => reaches(from + 4), within).toBe(from + 5);
  expect(await reaches(from)).toBe(from + 1);
  expect(runsOf(await segments())).toBe(2);
});

test("nothing is shipped while a cluster is put back, and afterwards it is another history", async () => {
  const annotate = (wanted: object | null) =>
    administrator.patch(HostedControlPlane, "demo", plane, {
      metadata: { annotations: { [wantedRecoveryAnnotation]: wanted && JSON.stringify(wanted) } },
    });
  const record = (etcd: object) =>
    administrator.patch(ConfigMap, "durable-record", plane, { data: { etcd: JSON.stringify(etcd) } });
  await annotate({ id: "r", mode: "Stopped" });
  try {
    start();
    await expect.poll(async () => (await changes())?.problem, within).toContain("it is being put back");
    const from = await revision();
    await record({ recovery: { id: "r", gave: "Restored" } });
    await annotate({ id: "r", mode: "Running" });
    const history = `${uid}.r.Restored`;
    await expect.poll(changes, within).toMatchObject({ history, first: from + 1, until: expect.any(String) });
    expect((await changes())?.problem).toBeUndefined();
    await put("a");
    await expect.poll(() => reaches(from, history), within).toBe(from + 1);
    expect(await segments()).toEqual([]);
  } finally {
    await end();
    await record({});
    await annotate(null);
  }
});

test("what no backup needs any more is deleted, and nothing of other clusters", async () => {
  const from = await revision();
  await put("a");
  await backup("base", from);
  start();
  await expect.poll(() => reaches(from), within).toBe(from + 1);
  await end();
  const other = `${home}/demo/changes/other/20260101T000000000Z/1-2-0123456789abcdef.gz`;
  const former = `${home}/demo/changes/${uid}.r.Restored/20260101T000000000Z/1-2-0123456789abcdef.gz`;
  async function* body() {
    yield Buffer.from("x");
  }
  for (const key of [other, former]) await store.put(key, body(), { signal });
  const pruned = { store, clusterUID: uid, history: uid };
  expect(await prune(options(), pruned)).toBe(1);
  expect(await reaches(from)).toBe(from + 1);
  await administrator.delete(Backup, "base", home);
  await backup("later", from + 1);
  expect(await prune(options(), pruned)).toBe(1);
  const left: string[] = [];
  for await (const { key } of store.list("", { signal })) left.push(key);
  expect(left).toEqual([other]);
});
