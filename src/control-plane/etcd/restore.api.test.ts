import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer as createPlainServer, type RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { answers, observeMembers } from "../../etcd/observe-members.ts";
import { createAuthority, issue } from "../../pki/certificate.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { type EtcdMembers, startEtcdMembers } from "../../testing/etcd-members.ts";
import { controlPlanePrograms } from "../../testing/programs.ts";
import { holdOrders, type Orders, putBackOrders, restoreOrders } from "./orders.ts";

// Real members and the real curl of their image. The test plays the operator, which mounts what is to be restored.

const three = aControlPlane({ spec: { controllerAvailabilityPolicy: "HighlyAvailable" } });
const one = aControlPlane();
const eventually = { timeout: 60_000, interval: 100 };
// Tries after failures are apart from each other on purpose.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });
const base64 = (text: string) => Buffer.from(text).toString("base64");

let folder: string;
/** What etcdctl saves of an etcd with 50 keys. */
let snapshot: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-restore-"));
  const members = await start(one);
  await untilLed(members, "etcd-0");
  for (let i = 0; i < 50; i++) await put(members, `key-${i}`);
  snapshot = await save(members);
  await members.stop();
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(...args: Parameters<typeof startEtcdMembers>): Promise<EtcdMembers> {
  const members = await startEtcdMembers(...args);
  endings.push(() => members.stop());
  return members;
}

async function save({ access, addressOf, hosts }: EtcdMembers): Promise<Buffer> {
  const { port } = addressOf(hosts["etcd-0"] ?? "", 2379);
  const files = { ca: join(folder, "ca.crt"), certificate: join(folder, "tls.crt"), key: join(folder, "tls.key") };
  for (const [name, file] of Object.entries(files)) await writeFile(file, access[name as keyof typeof files]);
  const { etcdctl = "" } = await controlPlanePrograms("1.34");
  const to = join(folder, "saved.db");
  const flags = [`--cacert=${files.ca}`, `--cert=${files.certificate}`, `--key=${files.key}`];
  await promisify(execFile)(etcdctl, [`--endpoints=https://localhost:${port}`, ...flags, "snapshot", "save", to]);
  return readFile(to);
}

/** A server whose certificate an authority of its own signed; gives what the members have to mount. */
async function serve(answer: RequestListener) {
  const ca = createAuthority("store", new Date());
  const profile = { commonName: "store", dnsNames: ["localhost"], usages: ["server" as const] };
  const { certificate, key } = issue(profile, ca, new Date());
  let requests = 0;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    requests++;
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  endings.push(() => server.close());
  const url = `https://localhost:${(server.address() as AddressInfo).port}/bucket/snapshot.db?X-Signature=%2Fsecret+${"0".repeat(1500)}`;
  return { mounted: { url, "ca.crt": ca.certificate }, requests: () => requests };
}

const gives =
  (body: () => Buffer): RequestListener =>
  (_, response) =>
    response.end(body());

async function untilLed({ client, hosts }: EtcdMembers, ...names: string[]): Promise<void> {
  await vi.waitFor(async () => {
    const observed = await observeMembers(client, hosts);
    for (const name of names) expect(observed[name]).toMatchObject({ leader: expect.any(String) });
  }, eventually);
}

const put = ({ client, hosts }: EtcdMembers, key: string) =>
  client.call(hosts["etcd-0"] ?? "", "kv/put", { key: base64(key), value: base64("value") });

async function keysOf({ client, hosts }: EtcdMembers, member: string): Promise<number> {
  const all = { key: base64("\0"), range_end: base64("\0"), count_only: true, serializable: true };
  const { count = "0" } = await client.call<{ count?: string }>(hosts[member] ?? "", "kv/range", all);
  return Number(count);
}

const says = async ({ client, hosts }: EtcdMembers) => {
  const member = (await observeMembers(client, hosts))["etcd-0"];
  return answers(member) ? "answers" : member?.says;
};

/** What the members were told, as they have it mounted. */
const tell = async (members: EtcdMembers, orders: Orders, secret: Record<string, string>) => {
  await members.mountRestore(secret);
  await members.mount(orders);
};

test("three members become one cluster with the same snapshot, at a revision that no client has seen", async () => {
  const { mounted, requests } = await serve(gives(() => snapshot));
  const members = await start(three, holdOrders(three));
  await tell(members, restoreOrders(three, "first"), mounted);
  const names = ["etcd-0", "etcd-1", "etcd-2"];
  await untilLed(members, ...names);
  const list = await members.client.members(members.hosts["etcd-1"] ?? "");
  expect(list.map(({ name }) => name).sort()).toEqual(names);
  expect(list.every(({ isLearner }) => !isLearner)).toBe(true);
  const states = await Promise.all(Object.values(members.hosts).map((host) => members.client.status(host)));
  expect(new Set(states.map(({ clusterID }) => clusterID)).size).toBe(1);
  for (const { revision } of states) expect(revision).toBeGreaterThan(1_000_000_000);
  await put(members, "more");
  for (const name of names) await expect.poll(() => keysOf(members, name), eventually).toBe(51);
  const hashOf = (host: string) => members.client.call<{ hash: number }>(host, "maintenance/hashkv", {});
  const hashes = await Promise.all(Object.values(members.hosts).map(hashOf));
  expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(1);
  expect(requests()).toBe(3);
  // Started anew with the order still there, a member goes on with what it has.
  await members.kill("etcd-2");
  members.start("etcd-2");
  await untilLed(members, ...names);
  expect(await keysOf(members, "etcd-2")).toBe(51);
  expect(requests()).toBe(3);
});

test("a member with data gives it up only for a whole snapshot, and keeps it aside", async () => {
  let body: Buffer | undefined;
  const { mounted } = await serve((_, response) => {
    if (!body) response.statusCode = 403;
    response.end(body ?? "<Error><Code>AccessDenied</Code></Error>");
  });
  const members = await start(one);
  await untilLed(members, "etcd-0");
  await put(members, "mine");
  await members.kill("etcd-0");
  const sha256 = createHash("sha256").update(snapshot).digest("hex");
  await tell(members, restoreOrders(one, "again"), { ...mounted, sha256 });
  members.start("etcd-0");
  await expect.poll(() => says(members), eventually).toMatch(/^restoring again failed in try \d+: fetch 22 403$/);
  const log = join(members.folder("etcd-0"), "member/wal");
  expect(existsSync(log)).toBe(true);

  body = Buffer.concat([snapshot, snapshot.subarray(0, 512)]);
  await expect.poll(() => says(members), eventually).toMatch(/^restoring again failed in try \d+: sha256$/);
  // It lives all the while, and nobody starts it anew.
  expect(await members.client.text(members.hosts["etcd-0"] ?? "", 2381, "/livez")).toBe("ok\n");
  expect(await members.failed("etcd-0")).toBeUndefined();
  expect(existsSync(log)).toBe(true);

  body = snapshot;
  await untilLed(members, "etcd-0");
  expect(await keysOf(members, "etcd-0")).toBe(50);
  expect(existsSync(`${members.folder("etcd-0")}.before/member/wal`)).toBe(true);
  // What gives a right to read the snapshot is gone with it.
  expect(existsSync(join(members.folder("etcd-0"), "../restoring"))).toBe(false);
});

test("a snapshot that was cut short and one with another byte are told apart, and neither is restored", async () => {
  let body = snapshot.subarray(0, snapshot.length - 1000);
  const { mounted } = await serve(gives(() => body));
  const members = await start(one, holdOrders(one));
  await tell(members, restoreOrders(one, "first"), mounted);
  await expect.poll(() => says(members), eventually).toMatch(/^restoring first failed in try \d+: unfinished$/);
  body = Buffer.from(snapshot);
  const middle = Math.floor(body.length / 2);
  body[middle] = (body[middle] ?? 0) ^ 1;
  await expect.poll(() => says(members), eventually).toMatch(/^restoring first failed in try \d+: damaged$/);
  expect(existsSync(members.folder("etcd-0"))).toBe(false);
});

test("a member waits for an address, and for a server that it can trust", async () => {
  const { mounted, requests } = await serve(gives(() => snapshot));
  const members = await start(one, restoreOrders(one, "first"));
  await expect.poll(() => says(members), eventually).toMatch(/^restoring first failed in try \d+: address$/);
  await members.mountRestore({ url: mounted.url });
  await expect.poll(() => says(members), eventually).toMatch(/^restoring first failed in try \d+: fetch 60 000$/);
  expect(requests()).toBe(0);
  await members.mountRestore(mounted);
  await untilLed(members, "etcd-0");
  expect(await keysOf(members, "etcd-0")).toBe(50);
});

test("a server of snapshots leads no member to an address without TLS", async () => {
  let reached = 0;
  const inside = createPlainServer((_, response) => {
    reached++;
    response.end(snapshot);
  }).listen(0, "127.0.0.1");
  await once(inside, "listening");
  endings.push(() => inside.close());
  const location = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/`;
  const { mounted } = await serve((_, response) => response.writeHead(302, { location }).end());
  const members = await start(one, holdOrders(one));
  await tell(members, restoreOrders(one, "first"), mounted);
  await expect.poll(() => says(members), eventually).toMatch(/^restoring first failed in try \d+: fetch 1 302$/);
  expect(reached).toBe(0);

  // Told to wait, it says that it has nothing, as one that lost its data.
  await members.mount(holdOrders(one));
  await expect.poll(() => says(members), eventually).toBe("no data");
});

test("a revision is raised as far as asked, and a restore that is taken back leaves what was there before", async () => {
  const { mounted } = await serve(gives(() => snapshot));
  const members = await start(one);
  await untilLed(members, "etcd-0");
  await put(members, "mine");
  const host = members.hosts["etcd-0"] ?? "";
  const before = await members.client.status(host);
  await members.kill("etcd-0");
  await tell(members, restoreOrders(one, "r1"), { ...mounted, bump: "5000000000" });
  members.start("etcd-0");
  await untilLed(members, "etcd-0");
  expect(await keysOf(members, "etcd-0")).toBe(50);
  expect((await members.client.status(host)).revision).toBeGreaterThan(5_000_000_000);

  // Of another restore it has nothing to put back.
  await members.kill("etcd-0");
  await members.mount(putBackOrders(one, "r2"));
  members.start("etcd-0");
  await untilLed(members, "etcd-0");
  expect(await keysOf(members, "etcd-0")).toBe(50);

  await members.kill("etcd-0");
  await members.mount(putBackOrders(one, "r1"));
  members.start("etcd-0");
  await untilLed(members, "etcd-0");
  expect(await keysOf(members, "etcd-0")).toBe(1);
  expect((await members.client.status(host)).revision).toBe(before.revision);
  // Again, with the order still there.
  await members.kill("etcd-0");
  members.start("etcd-0");
  await untilLed(members, "etcd-0");
  expect(await keysOf(members, "etcd-0")).toBe(1);
});

test("a member that had nothing has nothing again, and not what an earlier restore has moved aside", async () => {
  const { mounted } = await serve(gives(() => snapshot));
  const members = await start(one);
  await untilLed(members, "etcd-0");
  await put(members, "mine");
  await members.kill("etcd-0");
  await tell(members, restoreOrders(one, "r1"), mounted);
  members.start("etcd-0");
  await untilLed(members, "etcd-0");
  await members.lose("etcd-0");
  await members.mount(restoreOrders(one, "r2"));
  members.start("etcd-0");
  await untilLed(members, "etcd-0");
  expect(await keysOf(members, "etcd-0")).toBe(50);

  await members.kill("etcd-0");
  await members.mount(putBackOrders(one, "r2"));
  members.start("etcd-0");
  await expect.poll(() => says(members), eventually).toBe("no data");
  expect(existsSync(`${members.folder("etcd-0")}.before/member/wal`)).toBe(true);
});
