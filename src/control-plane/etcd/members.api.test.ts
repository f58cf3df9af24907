import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { EtcdClient } from "../../etcd/etcd-client.ts";
import { answers, isEmpty, observeMembers } from "../../etcd/observe-members.ts";
import { busyboxPrograms } from "../../testing/busybox.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { type EtcdMembers, startEtcdMembers } from "../../testing/etcd-members.ts";
import { holdOrders } from "./orders.ts";

const three = aControlPlane({ spec: { controllerAvailabilityPolicy: "HighlyAvailable" } });
const one = aControlPlane();

const running: EtcdMembers[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((members) => members.stop()));
});

async function start(...args: Parameters<typeof startEtcdMembers>): Promise<EtcdMembers> {
  const members = await startEtcdMembers(...args);
  running.push(members);
  return members;
}

const eventually = { timeout: 40_000, interval: 100 };
const hostOf = ({ hosts }: EtcdMembers, name: string) => hosts[name] ?? "";

/** Until each of these members knows a leader. */
async function untilLed({ client, hosts }: EtcdMembers, ...names: string[]): Promise<void> {
  const leaders = async () => {
    const observed = await observeMembers(client, hosts);
    return names.filter((name) => {
      const member = observed[name];
      return answers(member) && member.leader;
    });
  };
  await expect.poll(leaders, eventually).toEqual(names);
}

test("three members that are told to begin find each other and agree", async () => {
  const members = await start(three);
  await untilLed(members, "etcd-0", "etcd-1", "etcd-2");
  const { client } = members;
  const list = await client.members(hostOf(members, "etcd-1"));
  expect(list.map(({ name }) => name).sort()).toEqual(["etcd-0", "etcd-1", "etcd-2"]);
  const [first, ...others] = await Promise.all(Object.values(members.hosts).map((host) => client.status(host)));
  for (const other of others) expect(other.clusterID).toBe(first?.clusterID);
});

test("a client without a certificate is refused for want of it", async () => {
  const members = await start(one);
  await untilLed(members, "etcd-0");
  const { ca } = members.access;
  const nobody = new EtcdClient({ ca, certificate: "", key: "" }, { addressOf: members.addressOf });
  await expect(nobody.status(hostOf(members, "etcd-0"))).rejects.toThrow(/certificate required/i);
  nobody.close();
});

test("a client whose certificate another authority signed is refused", async () => {
  const members = await start(one);
  const stranger = await start(one);
  await untilLed(members, "etcd-0");
  const { ca } = members.access;
  const nobody = new EtcdClient({ ...stranger.access, ca }, { addressOf: members.addressOf });
  await expect(nobody.status(hostOf(members, "etcd-0"))).rejects.toThrow(/unknown ca|bad certificate|decrypt error/i);
  nobody.close();
});

test("a member that has data starts with it, though it is told to wait for another order", async () => {
  const members = await start(one);
  await untilLed(members, "etcd-0");
  const before = await members.client.status(hostOf(members, "etcd-0"));
  await members.kill("etcd-0");
  await members.mount(holdOrders(one));
  members.start("etcd-0");
  await untilLed(members, "etcd-0");
  const after = await members.client.status(hostOf(members, "etcd-0"));
  expect(after).toMatchObject({ clusterID: before.clusterID, memberID: before.memberID });
});

test("a member with an empty volume and no order to begin waits: it lives, is not ready, and says why", async () => {
  const members = await start(one, holdOrders(one));
  const { client } = members;
  const host = hostOf(members, "etcd-0");
  await expect
    .poll(async () => isEmpty((await observeMembers(client, members.hosts))["etcd-0"]), eventually)
    .toBe(true);
  expect(await client.text(host, 2381, "/livez")).toBe("ok\n");
  expect(await client.text(host, 2381, "/readyz")).toBeUndefined();
  await expect(client.status(host)).rejects.toThrow("etcd-0 does not answer: nothing listens there");
  expect(await members.failed("etcd-0")).toBeUndefined();
});

test("a member whose order is not there waits as well", async () => {
  const members = await start(one, {});
  await expect
    .poll(async () => isEmpty((await observeMembers(members.client, members.hosts))["etcd-0"]), eventually)
    .toBe(true);
});

test("who may change nothing any more changes no member", async () => {
  const members = await start(one);
  await untilLed(members, "etcd-0");
  const host = hostOf(members, "etcd-0");
  const refusal = new Error("The lease is lost");
  const fenced = new EtcdClient(members.access, { addressOf: members.addressOf, admit: () => refusal });
  await expect(fenced.addLearner(host, "https://127.0.0.1:1")).rejects.toBe(refusal);
  await expect(fenced.remove(host, (await fenced.status(host)).memberID)).rejects.toBe(refusal);
  expect(await fenced.members(host)).toHaveLength(1);
  fenced.close();
});

test("the image of etcd has the small programs that its script and the manual's steps call", async () => {
  const { busybox = "" } = await busyboxPrograms("busybox");
  const { stdout } = await promisify(execFile)(busybox, ["--list"]);
  const wanted = ["cp", "httpd", "ls", "mkdir", "mv", "rm", "sh", "sleep", "tar"];
  expect(wanted.filter((program) => !stdout.split("\n").includes(program))).toEqual([]);
});
