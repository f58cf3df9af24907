import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noLog } from "../../kube/log.ts";
import { pause } from "../../kube/pause.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { type EtcdMembers, startEtcdMembers } from "../../testing/etcd-members.ts";
import { freePorts } from "../../testing/free-ports.ts";
import { gathered } from "../../testing/gathered.ts";
import { controlPlanePrograms } from "../../testing/programs.ts";
import { acknowledgedRevision } from "../etcd/acknowledged-revision.ts";
import { readSnapshot, saveSnapshot } from "../etcd/snapshot.ts";
import { untilGiven } from "../etcd/until-given.ts";
import type { Manifest } from "../manifest.ts";
import type { Store } from "../store/store.ts";
import { volumeStore } from "../store/volume-store.ts";
import type { Change } from "./change.ts";
import { findSegments } from "./find-segments.ts";
import { followChanges } from "./follow-changes.ts";
import { type PrivateEtcdPrograms, startPrivateEtcd } from "./private-etcd.ts";
import { runAt } from "./segment.ts";
import { shipRun } from "./ship-run.ts";
import { type SnapshotAt, type SnapshotAtOptions, snapshotAt } from "./snapshot-at.ts";

const signal = AbortSignal.timeout(240_000);
const cluster = { namespace: "clusters", name: "demo" };
const path = "clusters/demo/changes/u";
let etcd: EtcdMembers;
let programs: PrivateEtcdPrograms;
let folder: string;
let store: Store;
let identity: string;
/** The backup that all begins with. */
let base: { file: string; manifest: Manifest };
/** What was shipped, newest last. */
const shipped: Pick<Change, "revision" | "at">[] = [];
/** What etcd held at a revision. */
const seen = new Map<number, object[]>();
const stop = new AbortController();
let shipping: Promise<unknown>;

const base64 = (text: string) => Buffer.from(text).toString("base64");
const host = () => etcd.hosts["etcd-0"] ?? "";
const call = <A>(method: string, body: object) => etcd.client.call<A>(host(), method, body, 30_000);
const key = (name: string) => base64(`/kubernetes.io/configmaps/${name}`);
const write = (name: string, value: string, lease?: string) =>
  ({ key: key(name), value: base64(value), ...(lease && { lease }) }) as const;
const put = (name: string, value: string, lease?: string) => call("kv/put", write(name, value, lease));
const everything = { key: base64("\0"), range_end: base64("\0") };

async function grant(seconds: number): Promise<string> {
  return (await call<{ ID: string }>("lease/grant", { TTL: `${seconds}` })).ID;
}

/** Waits until all that etcd has now is in the store, and remembers what that is. */
async function settled(): Promise<{ revision: number; at: Date }> {
  const revision = await acknowledgedRevision(etcd.client, host());
  await expect.poll(() => shipped.at(-1)?.revision).toBe(revision);
  seen.set(revision, (await call<{ kvs: object[] }>("kv/range", everything)).kvs);
  const at = new Date(shipped.at(-1)?.at ?? "");
  // What comes next is of another millisecond.
  while (Date.now() <= at.getTime()) await pause(1);
  return { revision, at };
}

beforeAll(async () => {
  const { etcd: program = "", etcdctl = "" } = await controlPlanePrograms("1.34");
  programs = { etcd: program, etcdctl, etcdutl: etcdctl.replace(/ctl$/, "utl") };
  folder = await mkdtemp(join(tmpdir(), "roost-changes-"));
  store = volumeStore(await mkdtemp(join(folder, "store-")));
  identity = await generateIdentity();
  const recipient = await identityToRecipient(identity);
  etcd = await startEtcdMembers(aControlPlane({ namespace: "clusters-demo" }));
  await untilGiven(() => acknowledgedRevision(etcd.client, host()), { forMs: 50_000, everyMs: 50, signal });
  for (const name of ["a", "b", "c"]) await put(name, "before");
  await put("leased", "before", await grant(3_000));
  const file = await saveSnapshot({
    ...{ endpoint: `https://127.0.0.1:${etcd.addressOf(host(), 2379).port}`, access: etcd.access, signal },
    ...{ folder: await mkdtemp(join(folder, "base-")), etcdctl },
  });
  const { revision } = await readSnapshot(file, { etcdutl: programs.etcdutl, signal });
  const manifest = {
    backup: { name: "base", uid: "b" },
    cluster: { ...cluster, uid: "u" },
    durableRecord: {},
    etcd: { revision },
    madeAt: new Date().toISOString(),
  };
  base = { file, manifest: manifest as unknown as Manifest };
  const start = { run: runAt(new Date()), next: revision + 1 };
  shipping = shipRun({
    ...{
      client: etcd.client,
      host: host(),
      now: () => new Date(),
      signal: stop.signal,
      log: noLog,
      start,
      everyMs: 50,
    },
    ...{ store, path, recipients: [recipient] },
    tell: { shipped: (last) => void shipped.push(last), known() {}, failed() {} },
  }).catch((error) => error);
}, 120_000);

afterAll(async () => {
  stop.abort();
  await shipping;
  await etcd?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function made(at: Date, changes: Partial<SnapshotAtOptions> = {}): Promise<SnapshotAt> {
  const [client = 0, peer = 0] = await freePorts(2);
  return snapshotAt({
    ...{ store, identities: [identity], cluster, at, log: noLog, programs, signal, manifest: base.manifest },
    ...{ folder: await mkdtemp(join(folder, "made-")), ports: { client, peer } },
    content: async () => createReadStream(base.file),
    ...changes,
  });
}

/** What an etcd that begins with a snapshot has. */
async function contentOf(snapshot: string) {
  const [client = 0, peer = 0] = await freePorts(2);
  const started = await startPrivateEtcd({
    ...{ snapshot, programs, signal, ports: { client, peer }, folder: await mkdtemp(join(folder, "opened-")) },
  });
  try {
    const { kvs } = await started.client.call<{ kvs: object[] }>(started.host, "kv/range", everything);
    const { leases = [] } = await started.client.call<{ leases?: { ID: string }[] }>(started.host, "lease/leases", {});
    const granted: Record<string, number> = {};
    for (const { ID } of leases) {
      const found = await started.client.call<{ grantedTTL?: string }>(started.host, "lease/timetolive", { ID });
      granted[ID] = Number(found.grantedTTL);
    }
    const revision = await acknowledgedRevision(started.client, started.host);
    return { kvs, granted, revision };
  } finally {
    await started.stop();
  }
}

test("changes that were made once more give the etcd that it was: revisions, leases and all", {
  timeout: 200_000,
}, async () => {
  await put("a", "after");
  await put("a", "after that");
  await call("kv/deleterange", { key: key("b") });
  const lease = await grant(2_000);
  await call("kv/txn", {
    success: [
      { request_put: write("d", "one", lease) },
      { request_put: write("e", "two") },
      { request_delete_range: { key: key("c") } },
    ],
  });
  // Compared and found otherwise: nothing is changed.
  await call("kv/txn", {
    compare: [{ key: key("a"), target: "VERSION", version: "99" }],
    success: [{ request_put: write("a", "never") }],
  });
  await put("leased", "without its lease");
  const first = await settled();

  await call("kv/compaction", { revision: `${first.revision}`, physical: true });
  await put("b", "there again");
  // More keys than a transaction may have operations, which all go at once.
  const short = await grant(2_000);
  for (let i = 0; i < 150; i++) await put(`short-${i}`, "x".repeat(2_000), short);
  const full = await settled();
  await call("kv/lease/revoke", { ID: short });
  await put("large", "y".repeat(1_000_000));
  await put("", "");
  const last = await settled();

  for (const { revision, at } of [first, full, last]) {
    const snapshot = await made(at);
    expect(snapshot.revision).toBe(revision);
    expect((await readSnapshot(snapshot.file, { etcdutl: programs.etcdutl, signal })).revision).toBe(revision);
    const content = await contentOf(snapshot.file);
    expect(content.revision).toBe(revision);
    expect(content.kvs).toEqual(seen.get(revision));
    expect(content.granted[lease]).toBe(2_000);
    expect(snapshot.objectCounts.configmaps).toBe(seen.get(revision)?.length);
  }

  const between = new Date(full.at.getTime() - 1);
  const { revision } = await made(between);
  expect(revision).toBeGreaterThan(first.revision);
  expect(revision).toBeLessThan(full.revision);
  const none = await made(new Date(Date.parse(base.manifest.madeAt)));
  expect(none.revision).toBe(base.manifest.etcd.revision);
});

test("a container that starts anew serves the very snapshot that the one before it made", async () => {
  const own = await mkdtemp(join(folder, "again-"));
  const at = new Date(shipped.at(-1)?.at ?? "");
  const first = await made(at, { folder: own });
  const unread = { ...programs, etcd: "/nowhere/etcd", etcdutl: "/nowhere/etcdutl" };
  expect(await made(at, { folder: own, programs: unread })).toEqual(first);
  // Another time is other work.
  await expect(made(new Date(at.getTime() - 1), { folder: own, programs: unread })).rejects.toThrow("/nowhere/etcdutl");
});

test("a time after the last change that is known is refused, with what there is", async () => {
  const last = shipped.at(-1)?.at ?? "";
  const later = new Date(Date.parse(last) + 1);
  await expect(made(later)).rejects.toThrow(`the last change that is known is of ${last}`);
});

test("a backup that the changes do not follow upon is refused", async () => {
  const { manifest } = base;
  const at = new Date(shipped.at(-1)?.at ?? "");
  try {
    base = { ...base, manifest: { ...manifest, etcd: { ...manifest.etcd, revision: 1 } } };
    await expect(made(at)).rejects.toThrow("there are no changes in the location that follow upon the backup");
    // Its snapshot is another one than it says.
    base = {
      ...base,
      manifest: {
        ...manifest,
        etcd: { ...manifest.etcd, revision: manifest.etcd.revision + 1 },
        madeAt: new Date().toISOString(),
      },
    };
    await expect(made(at)).rejects.toThrow("The changes do not follow upon the backup");
  } finally {
    base = { ...base, manifest };
  }
});

test("what etcd is ahead by is told in pieces, however much it is", async () => {
  const revision = await acknowledgedRevision(etcd.client, host());
  for (let i = 0; i < 30; i++) await put("ahead", `${i}`.padEnd(1_000_000));
  let next = revision + 1;
  const now = () => new Date();
  for await (const changes of followChanges({ client: etcd.client, host: host(), from: next, now, signal })) {
    expect(changes.length).toBeLessThan(10);
    next += changes.length;
    if (next > revision + 30) break;
  }
});

test("what is shipped cannot be read without the private key", async () => {
  const found = await findSegments(store, path, signal);
  expect(found.length).toBeGreaterThan(0);
  for (const { key } of await gathered(store.list(`${path}/`, { signal }))) {
    const bytes = Buffer.concat(await gathered(await store.get(key, { signal })));
    expect(bytes.subarray(0, 21).toString()).toBe("age-encryption.org/v1");
  }
});
