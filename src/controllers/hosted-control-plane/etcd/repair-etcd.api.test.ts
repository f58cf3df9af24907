import { afterEach, expect, test } from "vitest";
import { clusterOf } from "../../../control-plane/etcd/members.ts";
import { firstOrders, ordersConfigMap, ordersName } from "../../../control-plane/etcd/orders.ts";
import { answers, type Observation, observeMembers } from "../../../etcd/observe-members.ts";
import { ConfigMap } from "../../../kube/kinds.ts";
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
  /** One pass; gives what it knows of etcd afterwards. */
  const step = async () => {
    observed = await observeMembers(etcd.client, etcd.hosts);
    const configMaps = await kube.list(ConfigMap, { namespace });
    const followed = { client: etcd.client, toActOn: observed, latest: observed, renew() {}, follow() {} };
    const options = { etcd: followed };
    const pass = {
      kube,
      hcp,
      namespace,
      options,
      configMaps,
      contents: {},
      log: noLog,
      now: () => new Date(),
    } as unknown as Pass;
    await repairEtcd(pass);
    await etcd.mount((await kube.get(ConfigMap, ordersName, namespace))?.data ?? {});
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
        { timeout: 50_000, interval: 200 },
      )
      .toEqual(["etcd has a quorum", "hold", undefined]);
  return { namespace, etcd, step, record, orders, untilWhole, observed: () => observed };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

const put = ({ client, hosts }: EtcdMembers, member: string, key: string, value: string) =>
  client.call(hosts[member] ?? "", "kv/put", { key: base64(key), value: base64(value) });

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

test("two of three that lost their volumes take no write beside the third, and a former volume brings everything back", async () => {
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
  // The third comes late: that is when two that had begun anew had taken writes, and lost them again.
  etcd.start("etcd-2");
  for (let i = 0; i < 5; i++) expect((await step()).health).toMatchObject(quorumLost);
  for (const member of Object.keys(etcd.hosts)) {
    await expect(put(etcd, member, "new", "x")).rejects.toThrow("does not answer");
  }
  expect(await record()).toEqual(before);
  await etcd.giveBack("etcd-0");
  etcd.start("etcd-0");
  await untilWhole();
  for (const member of Object.keys(etcd.hosts)) await expect.poll(() => keysOf(etcd, member)).toBe(50);
  expect((await record())?.clusterID).toBe(before?.clusterID);
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

test("a database that has come to its limit is said, and so is data that differs", async () => {
  const { etcd, step, untilWhole } = await start("SingleReplica", "600Mi");
  await untilWhole();
  const value = "x".repeat(1_400_000);
  const fill = async () => {
    for (let i = 0; i < 200; i++) await put(etcd, "etcd-0", `key-${i}`, value);
  };
  await expect(fill()).rejects.toThrow("database space exceeded");
  expect((await step()).health).toEqual({
    available: false,
    reason: "EtcdNoSpace",
    message: expect.stringContaining("its limit of 128 MiB"),
  });
  const { memberID } = await etcd.client.status(etcd.hosts["etcd-0"] ?? "");
  const alarm = { action: "ACTIVATE", memberID: BigInt(`0x${memberID}`).toString(), alarm: "CORRUPT" };
  await etcd.client.call(etcd.hosts["etcd-0"] ?? "", "maintenance/alarm", alarm);
  expect((await step()).health).toMatchObject({ available: false, reason: "EtcdCorrupt" });
});
