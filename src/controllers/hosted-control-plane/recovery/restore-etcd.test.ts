import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import { holdOrders, ordersConfigMap, putBackOrders, restoreOrders } from "../../../control-plane/etcd/orders.ts";
import type { Answering, MemberObservation } from "../../../etcd/observe-members.ts";
import type { ConfigMap } from "../../../kube/kinds.ts";
import { noLog } from "../../../kube/log.ts";
import { aSpec } from "../../../testing/control-planes.ts";
import { healthyObservation } from "../../../testing/healthy-etcd.ts";
import type { Pass } from "../pass.ts";
import { restoreEtcd } from "./restore-etcd.ts";

const namespace = "clusters-demo";
const plane = { namespace, spec: aSpec() };
const [[name, member] = ["", {}]] = Object.entries(healthyObservation(["etcd-0"])) as [string, Answering][];

const former = { clusterID: "c0", members: { "etcd-0": { id: "9a" } } };
const empty: MemberObservation = { problem: "etcd-0 does not answer", isEmpty: true, says: "no data" };

/** A control plane whose member runs; processes come and go, and what they have written stays. */
function aPlane(asked: object, orders: Record<string, string>, revision: number | MemberObservation, record = former) {
  const found = typeof revision === "number" ? { ...member, revision } : revision;
  const stored = new Map<string, ConfigMap>();
  stored.set("etcd-members", ordersConfigMap(namespace, orders));
  stored.set("durable-record", { metadata: { name: "durable-record" }, data: { etcd: JSON.stringify(record) } });
  const annotations: Record<string, string> = {};
  const ask = (changed: object) => {
    annotations["recovery.roost.dev/wanted"] = JSON.stringify({ id: "r1", mode: "EtcdOnly", ...changed });
  };
  ask(asked);
  const pod = { "hypershift.openshift.io/control-plane-component": "etcd" };
  return {
    ask,
    orders: () => stored.get("etcd-members")?.data,
    record: () => JSON.parse(stored.get("durable-record")?.data?.etcd ?? ""),
    /** What a process does and says that has just begun, and dies after so many writes. */
    async pass(writes = Number.POSITIVE_INFINITY) {
      const hcp: HostedControlPlane = {
        metadata: { name: "demo", annotations },
        spec: plane.spec,
        status: { ready: false, initialized: true },
      };
      let left = writes;
      const kube = {
        get: async (_: unknown, each: string) => stored.get(each),
        list: async () => [{ metadata: { name: "etcd-0", labels: pod } }],
        async apply(object: ConfigMap) {
          if (left-- <= 0) throw new Error("killed");
          stored.set(object.metadata?.name ?? "", object);
          return object;
        },
      };
      const etcd = {
        toActOn: { [name]: found } as Record<string, unknown> | undefined,
        compacted: undefined,
        renew() {
          etcd.toActOn = undefined;
        },
      };
      const pass = {
        hcp,
        kube,
        namespace,
        configMaps: [...stored.values()],
        contents: {},
        log: noLog,
        options: { etcd },
      };
      const outcome = await restoreEtcd(pass as unknown as Pass);
      return { outcome, recovery: hcp.status?.recovery };
    },
  };
}

const restore = { restore: { revision: 5000 } };
const putBack = { putBack: { below: 5000 } };

test.each([
  [
    "restored",
    restore,
    restoreOrders(plane, "r1"),
    5001,
    "Restored",
    { clusterID: "c1", members: { "etcd-0": { id: "1a" } } },
  ],
  ["put back", putBack, putBackOrders(plane, "r1"), 4999, "PutBack", former],
])("that etcd was %s is known after a death at any write", async (_, asked, orders, revision, done, record) => {
  for (const writes of [0, 1]) {
    const dying = aPlane(asked, orders, revision);
    await expect(dying.pass(writes)).rejects.toThrow("killed");
    expect(await dying.pass()).toEqual({ outcome: undefined, recovery: { id: "r1", etcd: done } });
    expect(dying.orders()).toEqual(holdOrders(plane));
  }
  const whole = aPlane(asked, orders, revision);
  await whole.pass();
  // Its status was not written: the members run, and the orders are not those asked.
  expect(await whole.pass()).toEqual({ outcome: undefined, recovery: { id: "r1", etcd: done } });
  expect(whole.orders()).toEqual(holdOrders(plane));
  const before = done === "Restored" ? { before: former } : {};
  expect(whole.record()).toEqual({ ...record, recovery: { id: "r1", gave: done, ...before } });
});

test("an etcd that had lost all data is put back to that, and its record to what it was before", async () => {
  const restored = aPlane(restore, restoreOrders(plane, "r1"), 5001);
  await expect(restored.pass(1)).rejects.toThrow("killed");
  await restored.pass();
  const lost = aPlane(putBack, putBackOrders(plane, "r1"), empty, restored.record());
  expect((await lost.pass()).recovery).toEqual({ id: "r1", etcd: "PutBack" });
  expect(lost.record()).toEqual({ ...former, recovery: { id: "r1", gave: "PutBack" } });
  expect(lost.orders()).toEqual(holdOrders(plane));
});

test.each<[string, number | MemberObservation]>([
  ["has what was restored", 5000],
  ["does not answer", { problem: "etcd-0 does not answer", isEmpty: false }],
  ["cannot put back", { problem: "etcd-0 does not answer", isEmpty: false, says: "putting back r1 failed" }],
  ["begins with what was restored", { problem: "", isEmpty: false, alone: { memberID: "9a", revision: 5000 } }],
])("etcd is not called put back while a member %s", async (_, found) => {
  const waiting = aPlane(putBack, putBackOrders(plane, "r1"), found);
  expect(await waiting.pass()).toEqual({ outcome: undefined, recovery: undefined });
  expect(waiting.orders()).toEqual(putBackOrders(plane, "r1"));
});

test("a member that has its former data, and waits for others to lead, is put back", async () => {
  const alone = { problem: "", isEmpty: false, alone: { memberID: "9a", revision: 4999 } };
  expect((await aPlane(putBack, putBackOrders(plane, "r1"), alone).pass()).recovery).toMatchObject({ etcd: "PutBack" });
});

test("what an earlier recovery gave the members is no answer to this one", async () => {
  const twice = aPlane(restore, restoreOrders(plane, "r1"), 5001);
  await twice.pass();
  twice.ask({ ...restore, id: "r2" });
  expect((await twice.pass()).outcome).toMatchObject({ message: "These members of etcd still run: etcd-0" });
});
