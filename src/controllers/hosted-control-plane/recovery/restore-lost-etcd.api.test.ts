import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test, vi } from "vitest";
import type { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import { firstOrders, holdOrders, ordersConfigMap, ordersName } from "../../../control-plane/etcd/orders.ts";
import { type Observation, observeMembers } from "../../../etcd/observe-members.ts";
import { ConfigMap } from "../../../kube/kinds.ts";
import { noLog } from "../../../kube/log.ts";
import { createAuthority, issue } from "../../../pki/certificate.ts";
import { aControlPlane } from "../../../testing/control-planes.ts";
import { type EtcdMembers, startEtcdMembers } from "../../../testing/etcd-members.ts";
import { controlPlanePrograms } from "../../../testing/programs.ts";
import { sharedApiServer } from "../../../testing/shared-api-server.ts";
import { durableRecord, writeDurableRecord } from "../durable-record.ts";
import { etcdHealth } from "../etcd/etcd-health.ts";
import { etcdOf } from "../etcd/etcd-of.ts";
import type { Pass } from "../pass.ts";
import { restoreEtcd } from "./restore-etcd.ts";

// A real member, started by the script of its pod, and a real API server. The test plays the kubelet, which mounts orders
// and snapshot, and ends and starts the pod as a recovery stops and starts it.

vi.setConfig({ testTimeout: 240_000 });
const eventually = { timeout: 60_000, interval: 200 };
const name = "etcd-0";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A control plane whose member has 20 keys, and is on record. */
async function start() {
  const { kube, namespace } = await sharedApiServer("lost");
  const plane = aControlPlane({ namespace });
  const etcd = await startEtcdMembers(plane);
  endings.push(() => etcd.stop());
  await vi.waitFor(async () => {
    const observed = await observeMembers(etcd.client, etcd.hosts);
    expect(observed[name]).toMatchObject({ leader: expect.any(String) });
  }, eventually);
  for (let i = 0; i < 20; i++) await put(etcd, `key-${i}`);
  const { clusterID, memberID } = await etcd.client.status(etcd.hosts[name] ?? "");
  const former = { clusterID, members: { [name]: { id: memberID } } };
  await writeDurableRecord(kube, namespace, "etcd", former);
  await kube.create<ConfigMap>(ordersConfigMap(namespace, firstOrders(plane)));
  const configMaps = () => kube.list(ConfigMap, { namespace });
  let recovery: NonNullable<HostedControlPlane["status"]>["recovery"];
  let observed: Observation | undefined;
  const passOf = async (wanted: object) => {
    const annotations = { "recovery.roost.dev/wanted": JSON.stringify({ mode: "EtcdOnly", ...wanted }) };
    const status = { ready: false, initialized: true, recovery };
    const hcp = { metadata: { name: "demo", namespace, annotations }, spec: plane.spec, status };
    const followed = { toActOn: observed, renew: () => (observed = undefined) };
    const found = { kube, hcp, namespace, configMaps: await configMaps(), contents: {}, log: noLog };
    return { ...found, options: { etcd: followed } } as unknown as Pass;
  };
  const healthOf = async () => {
    observed = await observeMembers(etcd.client, etcd.hosts);
    const facts = etcdOf(await passOf({ id: "" }), observed);
    return etcdHealth({ ...facts, pods: { ready: true, message: "" }, podProblems: {} }).reason;
  };
  /** The control plane is stopped, and etcd alone runs again, as this recovery wants it; until that is so. */
  async function recover(wanted: { id: string; restore?: object; putBack?: object }, gave: string): Promise<void> {
    await etcd.kill(name);
    observed = undefined;
    expect(await restoreEtcd(await passOf(wanted))).toBeUndefined();
    await etcd.mount((await kube.get(ConfigMap, ordersName, namespace))?.data ?? {});
    etcd.start(name);
    await vi.waitFor(async () => {
      observed = await observeMembers(etcd.client, etcd.hosts);
      const pass = await passOf(wanted);
      await restoreEtcd(pass);
      recovery = pass.hcp.status?.recovery;
      expect(recovery).toEqual({ id: wanted.id, etcd: gave });
    }, eventually);
    expect((await kube.get(ConfigMap, ordersName, namespace))?.data).toEqual(holdOrders(plane));
    await etcd.mount(holdOrders(plane));
  }
  const record = async () => durableRecord(await configMaps()).etcd;
  return { etcd, former, record, healthOf, recover };
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const put = ({ client, hosts }: EtcdMembers, key: string) =>
  client.call(hosts[name] ?? "", "kv/put", { key: base64(key), value: base64("value") });

async function keysOf({ client, hosts }: EtcdMembers): Promise<number> {
  const all = { key: base64("\0"), range_end: base64("\0"), count_only: true };
  return Number((await client.call<{ count?: string }>(hosts[name] ?? "", "kv/range", all)).count);
}

/** What etcdctl saves of it, at an address for its members to fetch it from. */
async function served({ access, addressOf, hosts }: EtcdMembers): Promise<Record<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "roost-lost-"));
  endings.push(() => rm(folder, { recursive: true }));
  const files = { cacert: access.ca, cert: access.certificate, key: access.key };
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const { etcdctl = "" } = await controlPlanePrograms("1.34");
  const { port } = addressOf(hosts[name] ?? "", 2379);
  const flags = Object.keys(files).map((file) => `--${file}=${join(folder, file)}`);
  const to = join(folder, "snapshot.db");
  await promisify(execFile)(etcdctl, [`--endpoints=https://localhost:${port}`, ...flags, "snapshot", "save", to]);
  const snapshot = await readFile(to);
  const authority = createAuthority("store", new Date());
  const profile = { commonName: "store", dnsNames: ["localhost"], usages: ["server" as const] };
  const { certificate, key } = issue(profile, authority, new Date());
  const server = createServer({ cert: certificate, key }, (_, response) => response.end(snapshot));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  endings.push(() => server.close());
  const url = `https://localhost:${(server.address() as AddressInfo).port}/snapshot.db`;
  return { url, "ca.crt": authority.certificate, bump: "5000000000" };
}

test("an etcd of which nothing is left is restored, taken back to nothing, and restored again", async () => {
  const { etcd, former, record, healthOf, recover } = await start();
  await etcd.mountRestore(await served(etcd));
  await put(etcd, "after the backup");
  await etcd.lose(name);
  await etcd.mount({ [name]: "hold" });
  etcd.start(name);
  await expect.poll(healthOf, eventually).toBe("EtcdVolumeLost");

  const restore = { revision: 5_000_000_000 };
  await recover({ id: "r1", restore }, "Restored");
  expect(await keysOf(etcd)).toBe(20);
  expect(await record()).toMatchObject({ recovery: { id: "r1", gave: "Restored", before: former } });

  const putBack = { below: restore.revision };
  await recover({ id: "r1", putBack }, "PutBack");
  expect(await record()).toEqual({ ...former, recovery: { id: "r1", gave: "PutBack" } });
  await expect.poll(healthOf, eventually).toBe("EtcdVolumeLost");

  await recover({ id: "r2", restore }, "Restored");
  expect(await keysOf(etcd)).toBe(20);
  expect(await healthOf()).toBe("QuorumAvailable");
});
