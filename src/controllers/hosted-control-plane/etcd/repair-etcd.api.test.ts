import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { clusterOf } from "../../../control-plane/etcd/members.ts";
import { firstOrders, ordersConfigMap, ordersName } from "../../../control-plane/etcd/orders.ts";
import { type Answering, answers, type Observation, observeMembers } from "../../../etcd/observe-members.ts";
import type { Log } from "../../../kube/controller.ts";
import { ConfigMap, Pod } from "../../../kube/kinds.ts";
import { noLog } from "../../../kube/log.ts";
import { pause } from "../../../kube/pause.ts";
import { aControlPlane } from "../../../testing/control-planes.ts";
import { type EtcdMembers, startEtcdMembers } from "../../../testing/etcd-members.ts";
import { sharedApiServer } from "../../../testing/shared-api-server.ts";
import { durableRecord } from "../durable-record.ts";
import type { Pass } from "../pass.ts";
import { etcdHealth } from "./etcd-health.ts";
import { etcdOf } from "./etcd-of.ts";
import { nextStep } from "./next-step.ts";
import { repairEtcd } from "./repair-etcd.ts";

// Real members, started by the script of their pods, and a real API server. The test plays the kubelet, which mounts
// the orders, and the controller, which looks and lets the step act.

// Some wait more than once for members to come back, on a machine with other work.
vi.setConfig({ testTimeout: 240_000 });

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(policy: "SingleReplica" | "HighlyAvailable", size = "8Gi") {
  const { kube, namespace } = await sharedApiServer("etcd");
  const plane = aControlPlane({
    namespace,
    spec: {
      controllerAvailabilityPolicy: policy,
      etcd: {
        managementType: "Managed",
        managed: { storage: { type: "PersistentVolume", persistentVolume: { size } } },
      },
    },
  });
  await kube.create<ConfigMap>(ordersConfigMap(namespace, firstOrders(plane)));
  const etcd = await startEtcdMembers(plane);
  endings.push(() => etcd.stop());
  const hcp = { apiVersion: "", kind: "", metadata: { name: "demo", namespace }, spec: plane.spec };
  let observed: Observation = {};
  /** What was done, as it is logged. */
  const done: string[] = [];
  const log: Log = {
    ...noLog,
    info: (fields) => done.push([(fields as Done).step, (fields as Done).member].filter(Boolean).join(" ")),
  };
  const followed = { client: etcd.client, compacted: undefined, renew() {}, follow() {} };
  /** One pass; gives what it knows of etcd afterwards. */
  const step = async () => {
    observed = await observeMembers(etcd.client, etcd.hosts);
    const configMaps = await kube.list(ConfigMap, { namespace });
    const options = { etcd: Object.assign(followed, { toActOn: observed, latest: observed }) };
    const pass = {
      kube,
      hcp,
      namespace,
      options,
      configMaps,
      contents: {},
      log,
      now: () => new Date(),
    } as unknown as Pass;
    await repairEtcd(pass);
    await etcd.mount((await kube.get(ConfigMap, ordersName, namespace))?.data ?? {});
    for (const name of Object.keys(etcd.hosts)) if (await etcd.failed(name)) etcd.start(name);
    const facts = etcdOf(pass, observed);
    return { facts, health: etcdHealth({ ...facts, pods: { ready: true, message: "" }, podProblems: {} }) };
  };
  const record = async () => durableRecord(await kube.list(ConfigMap, { namespace })).etcd;
  const orders = async () => (await kube.get(ConfigMap, ordersName, namespace))?.data;
  /** Passes until etcd is healthy with every member. */
  const untilWhole = () =>
    expect
      .poll(
        async () => {
          const { facts, health } = await step();
          return [health.message, ...new Set(Object.values((await orders()) ?? {})), nextStep(facts)?.do];
        },
        { timeout: 90_000, interval: 200 },
      )
      .toEqual(["etcd has a quorum", "hold", undefined]);
  /** Plays the kubelet that tells how the member ended. */
  const tellEnd = async (name: string, message: string) => {
    const labels = { app: "etcd" };
    const containers = [{ name: "etcd", image: "etcd" }];
    await kube.create<Pod>({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, labels },
      spec: { containers },
    });
    const container = {
      ...{ name: "etcd", image: "etcd", imageID: "", ready: false, restartCount: 2 },
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 2, message } },
    };
    await kube.patch(Pod, name, namespace, { status: { containerStatuses: [container] } }, { subresource: "status" });
  };
  return { namespace, etcd, step, record, orders, untilWhole, done, tellEnd, observed: () => observed };
}

interface Done {
  step: string;
  member?: string;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Waits as long as an API server may: what is slow on a machine with other work has not failed. */
const putMs = 10_000;
const put = ({ client, hosts }: EtcdMembers, member: string, key: string, value: string) =>
  client.call(hosts[member] ?? "", "kv/put", { key: base64(key), value: base64(value) }, putMs);

async function keysOf({ client, hosts }: EtcdMembers, member: string): Promise<number> {
  const all = { key: base64("\0"), range_end: base64("\0"), count_only: true, serializable: true };
  const { count = "0" } = await client.call<{ count?: string }>(hosts[member] ?? "", "kv/range", all);
  return Number(count);
}

/** Writes every 20 ms, through these members in turn, until it is ended; gives how many writes failed. */
function prober(etcd: EtcdMembers, through: string[]) {
  const failures: string[] = [];
  let written = 0;
  let ended = false;
  const running = (async () => {
    for (let i = 0; !ended; i++) {
      await put(etcd, through[i % through.length] ?? "", `probe-${i}`, "x").then(
        () => written++,
        (error: Error) => failures.push(error.message),
      );
      await pause(20);
    }
  })();
  return {
    async end() {
      ended = true;
      await running;
      return { written, failures };
    },
  };
}

test("the first quorum is written down, and the order to begin anew is taken back", async () => {
  const { etcd, record, orders, untilWhole } = await start("SingleReplica");
  expect(await record()).toBeUndefined();
  await untilWhole();
  const status = await etcd.client.status(etcd.hosts["etcd-0"] ?? "");
  expect(await record()).toEqual({ clusterID: status.clusterID, members: { "etcd-0": { id: status.memberID } } });
  expect(await orders()).toEqual({ "etcd-0": "hold" });
});

test("a lone member that lost its volume begins nothing new: etcd is not available, and what to do is said", async () => {
  const { etcd, step, record, untilWhole } = await start("SingleReplica");
  await untilWhole();
  const before = await record();
  await put(etcd, "etcd-0", "a", "b");
  await etcd.lose("etcd-0");
  etcd.start("etcd-0");
  await expect
    .poll(async () => (await step()).health, { timeout: 40_000, interval: 200 })
    .toMatchObject({
      available: false,
      reason: "EtcdVolumeLost",
      message: expect.stringContaining("PersistentVolumeClaim data-etcd-0"),
    });
  for (let i = 0; i < 5; i++) await step();
  await expect(put(etcd, "etcd-0", "a", "c")).rejects.toThrow("etcd-0 does not answer");
  expect(await record()).toEqual(before);
});

test("one of three that lost its volume joins again with all data, and no write fails meanwhile", async () => {
  const { etcd, step, record, orders, untilWhole, observed } = await start("HighlyAvailable");
  await untilWhole();
  const before = await record();
  for (let i = 0; i < 50; i++) await put(etcd, "etcd-0", `key-${i}`, "value");
  // Not the leader: that another one is elected takes its second, whatever becomes of volumes.
  const [name] = Object.entries(observed()).find(([, each]) => answers(each) && each.leader !== each.memberID) ?? [];
  const lost = name ?? "";
  const others = Object.keys(etcd.hosts).filter((each) => each !== lost);
  const probes = prober(etcd, others);
  await etcd.lose(lost);
  etcd.start(lost);
  await expect.poll(async () => (await step()).health.message).toContain(`${lost} `);
  expect((await step()).health.available).toBe(true);
  await untilWhole();
  const { written, failures } = await probes.end();
  expect(failures).toEqual([]);
  expect(written).toBeGreaterThan(10);
  await expect.poll(() => keysOf(etcd, lost), { timeout: 30_000 }).toBe(50 + written);
  const after = await record();
  expect(after?.clusterID).toBe(before?.clusterID);
  expect(after?.members[lost]?.id).not.toBe(before?.members[lost]?.id);
  for (const other of others) expect(after?.members[other]).toEqual(before?.members[other]);
  expect(await orders()).toEqual({ "etcd-0": "hold", "etcd-1": "hold", "etcd-2": "hold" });
});

test("two of three that lost their volumes begin nothing, and come back with all data as soon as the third is there", async () => {
  const { etcd, step, record, untilWhole } = await start("HighlyAvailable");
  await untilWhole();
  const before = await record();
  for (let i = 0; i < 50; i++) await put(etcd, "etcd-0", `key-${i}`, "value");
  await etcd.kill("etcd-2");
  await etcd.lose("etcd-0");
  await etcd.lose("etcd-1");
  etcd.start("etcd-0");
  etcd.start("etcd-1");
  const quorumLost = {
    available: false,
    reason: "EtcdQuorumLost",
    message: expect.stringContaining("the volumes of etcd-0 and etcd-1 are empty"),
  };
  await expect.poll(async () => (await step()).health, { timeout: 40_000, interval: 200 }).toMatchObject(quorumLost);
  // Of the third nothing is known: it is silent, and that is no loss.
  for (let i = 0; i < 5; i++) expect((await step()).health).toMatchObject(quorumLost);
  for (const member of Object.keys(etcd.hosts)) {
    await expect(put(etcd, member, "new", "x")).rejects.toThrow("does not answer");
  }
  expect(await record()).toEqual(before);
  etcd.start("etcd-2");
  await untilWhole();
  for (const member of Object.keys(etcd.hosts)) await expect.poll(() => keysOf(etcd, member)).toBe(50);
  const after = await record();
  expect(after?.clusterID).toBe(before?.clusterID);
  expect(after?.members["etcd-2"]).toEqual(before?.members["etcd-2"]);
});

test("no acknowledged write is lost with the volumes of two of three, the leader's among them", async () => {
  const { etcd, untilWhole, observed, done } = await start("HighlyAvailable");
  await untilWhole();
  const leader =
    Object.entries(observed()).find(([, each]) => answers(each) && each.leader === each.memberID)?.[0] ?? "";
  const [first = "", last = ""] = Object.keys(etcd.hosts).filter((each) => each !== leader);
  // The survivor has each of these before the leader acknowledges it, and perhaps not its word that it is committed.
  await etcd.lose(first);
  const probes = prober(etcd, [leader]);
  await expect.poll(() => keysOf(etcd, last), { timeout: 30_000, interval: 50 }).toBeGreaterThan(20);
  await etcd.lose(leader);
  const { written } = await probes.end();
  etcd.start(first);
  etcd.start(leader);
  await untilWhole();
  expect(done[0]).toBe(`rescue ${last}`);
  for (const member of Object.keys(etcd.hosts)) {
    await expect.poll(() => keysOf(etcd, member), { timeout: 30_000 }).toBeGreaterThanOrEqual(written);
  }
});

test("a member that was taken out while it was away joins again, and what it had is put aside", async () => {
  const { etcd, record, untilWhole } = await start("HighlyAvailable");
  await untilWhole();
  const before = await record();
  await etcd.kill("etcd-1");
  const host = etcd.hosts["etcd-0"] ?? "";
  // Perhaps another one has to lead first.
  await expect
    .poll(async () => {
      await etcd.client.remove(host, before?.members["etcd-1"]?.id ?? "").catch(() => {});
      return (await etcd.client.members(host)).length;
    })
    .toBe(2);
  await put(etcd, "etcd-0", "a", "b");
  etcd.start("etcd-1");
  await expect.poll(() => etcd.failed("etcd-1"), { timeout: 40_000 }).toBeDefined();
  await untilWhole();
  await expect.poll(() => keysOf(etcd, "etcd-1")).toBe(1);
  expect((await record())?.members["etcd-1"]?.id).not.toBe(before?.members["etcd-1"]?.id);
  await stat(`${etcd.folder("etcd-1")}.aside/wal`);
});

/** Writes something else into the member's database file, as a bad disk does: at its beginning, or wherever this is. */
async function damage(file: string, find: string | undefined): Promise<void> {
  const handle = await open(file, "r+");
  if (find === undefined) await handle.write("damaged".repeat(4096), 0);
  else {
    const bytes = await readFile(file);
    const places: number[] = [];
    for (let at = bytes.indexOf(find); at >= 0; at = bytes.indexOf(find, at + 1)) places.push(at);
    expect(places, `${find} is in ${file}`).not.toEqual([]);
    for (const at of places) await handle.write("damaged", at);
  }
  await handle.close();
}

test.each([
  ["a file that is no database any more", undefined],
  ["data that differs from that of the others", "valuable"],
])("a member that cannot start on %s joins again, and nothing is lost", async (_, find) => {
  const { etcd, step, record, untilWhole, tellEnd, done, observed } = await start("HighlyAvailable");
  await untilWhole();
  const before = await record();
  for (let i = 0; i < 50; i++) await put(etcd, "etcd-0", `key-${i}`, "valuable");
  const [name = ""] =
    Object.entries(observed()).find(([, each]) => answers(each) && each.leader !== each.memberID) ?? [];
  await expect.poll(() => keysOf(etcd, name)).toBe(50);
  const others = Object.keys(etcd.hosts).filter((each) => each !== name);
  const probes = prober(etcd, others);
  await etcd.kill(name);
  await damage(join(etcd.folder(name), "member/snap/db"), find);
  etcd.start(name);
  await expect.poll(() => etcd.failed(name), { timeout: 40_000 }).toBeDefined();
  // Nothing is done for silence alone.
  expect((await step()).health.available).toBe(true);
  expect(done).toEqual([]);
  await expect.poll(() => etcd.failed(name), { timeout: 40_000 }).toBeDefined();
  await tellEnd(name, (await etcd.failed(name))?.slice(-2000) ?? "");
  // What its pod says is what makes the difference.
  await expect.poll(async () => (await step()).facts.damaged, { timeout: 30_000 }).toEqual([name]);
  await untilWhole();
  const { written } = await probes.end();
  await expect.poll(() => keysOf(etcd, name), { timeout: 30_000 }).toBeGreaterThanOrEqual(50 + written);
  const after = await record();
  expect(after?.members[name]?.id).not.toBe(before?.members[name]?.id);
  for (const other of others) expect(after?.members[other]).toEqual(before?.members[other]);
});

test("of members that differ the one that is alone is taken out, and etcd is written to again", async () => {
  const { etcd, step, record, untilWhole } = await start("HighlyAvailable");
  await untilWhole();
  const before = await record();
  await put(etcd, "etcd-0", "a", "valuable");
  const file = join(etcd.folder("etcd-1"), "member/snap/db");
  await expect.poll(async () => (await readFile(file)).includes("valuable")).toBe(true);
  // The running member reads the same pages.
  await damage(file, "valuable");
  const alarm = { action: "ACTIVATE", memberID: "1", alarm: "CORRUPT" };
  await etcd.client.call(etcd.hosts["etcd-0"] ?? "", "maintenance/alarm", alarm);
  const { health } = await step();
  expect(health).toMatchObject({ available: false, reason: "EtcdCorrupt" });
  expect(health.message).toContain("etcd-1 has other data");
  await untilWhole();
  const after = await record();
  expect(after?.members["etcd-1"]?.id).not.toBe(before?.members["etcd-1"]?.id);
  for (const other of ["etcd-0", "etcd-2"]) expect(after?.members[other]).toEqual(before?.members[other]);
  await put(etcd, "etcd-0", "a", "c");
});

test("a member with the data of another cluster is never called healthy, and nothing is changed", async () => {
  const { namespace, etcd, step, record, orders, untilWhole } = await start("HighlyAvailable");
  await untilWhole();
  const before = await record();
  await etcd.lose("etcd-2");
  // As somebody would who lets it begin anew by hand.
  await etcd.mount({ "etcd-2": `new ${clusterOf(["etcd-2"], namespace)}` });
  etcd.start("etcd-2");
  await expect
    .poll(async () => (await step()).health, { timeout: 40_000, interval: 200 })
    .toMatchObject({
      available: false,
      reason: "EtcdForeignCluster",
      message: expect.stringContaining(`this control plane's etcd has been ${before?.clusterID}`),
    });
  expect(await record()).toEqual(before);
  expect(await orders()).toEqual({ "etcd-0": "hold", "etcd-1": "hold", "etcd-2": "hold" });
});

const mebibyte = "x".repeat(1024 ** 2);
const remove = ({ client, hosts }: EtcdMembers, key: string, end: string) =>
  client.call(hosts["etcd-0"] ?? "", "kv/deleterange", { key: base64(key), range_end: base64(end) });

test("a full database is said, and once something is deleted it is cleared and written to again", async () => {
  const { etcd, step, untilWhole, done } = await start("SingleReplica", "600Mi");
  await untilWhole();
  let written = 0;
  const fill = async () => {
    for (; written < 200; written++) await put(etcd, "etcd-0", `key-${100 + written}`, mebibyte);
  };
  await expect(fill()).rejects.toThrow("database space exceeded");
  const { health } = await step();
  expect(health).toMatchObject({ available: false, reason: "EtcdNoSpace" });
  expect(health.message).toContain("its limit of 128 MiB");
  const message = async () => {
    const { health } = await step();
    // What was not in use at the limit is cleared away, and makes room for a little more.
    if (health.available) await fill().catch(() => {});
    return health.message;
  };
  await expect.poll(message, { timeout: 60_000 }).toContain("delete objects that nobody needs");
  done.splice(0);
  await remove(etcd, "key-1", "key-16");
  await untilWhole();
  expect(done.slice(0, 2)).toEqual(["compact", "defragment etcd-0"]);
  await put(etcd, "etcd-0", "a", "c");
});

test("databases of three that are mostly empty are made smaller in turn, and no write fails", async () => {
  const { etcd, untilWhole, done, observed } = await start("HighlyAvailable");
  await untilWhole();
  for (let i = 0; i < 140; i++) await put(etcd, "etcd-0", `key-${100 + i}`, mebibyte);
  await remove(etcd, "key-1", "key-3");
  const { revision } = await etcd.client.status(etcd.hosts["etcd-0"] ?? "");
  // As the API server does every five minutes.
  await etcd.client.compact(etcd.hosts["etcd-0"] ?? "", revision);
  const probes = prober(etcd, Object.keys(etcd.hosts));
  await untilWhole();
  expect((await probes.end()).failures).toEqual([]);
  expect([...done].sort()).toEqual(["defragment etcd-0", "defragment etcd-1", "defragment etcd-2"]);
  for (const each of Object.values(observed())) expect((each as Answering).databaseBytes).toBeLessThan(32 * 1024 ** 2);
});

test("data that differs where there is nothing to compare with is said, and nothing is done", async () => {
  const { etcd, step, untilWhole, done } = await start("SingleReplica");
  await untilWhole();
  const { memberID } = await etcd.client.status(etcd.hosts["etcd-0"] ?? "");
  const alarm = { action: "ACTIVATE", memberID: BigInt(`0x${memberID}`).toString(), alarm: "CORRUPT" };
  await etcd.client.call(etcd.hosts["etcd-0"] ?? "", "maintenance/alarm", alarm);
  expect((await step()).health).toMatchObject({ available: false, reason: "EtcdCorrupt" });
  expect(done).toEqual([]);
});
