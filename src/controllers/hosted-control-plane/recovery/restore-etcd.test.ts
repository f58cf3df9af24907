import { expect, test } from "vitest";
import type { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import { holdOrders, ordersConfigMap, putBackOrders, restoreOrders } from "../../../control-plane/etcd/orders.ts";
import type { Answering } from "../../../etcd/observe-members.ts";
import type { ConfigMap } from "../../../kube/kinds.ts";
import { noLog } from "../../../kube/log.ts";
import { aSpec } from "../../../testing/control-planes.ts";
import { healthyObservation } from "../../../testing/healthy-etcd.ts";
import type { Pass } from "../pass.ts";
import { restoreEtcd } from "./restore-etcd.ts";

const namespace = "clusters-demo";
const plane = { namespace, spec: aSpec() };
const [[name, member] = ["", {}]] = Object.entries(healthyObservation(["etcd-0"])) as [string, Answering][];

/** A control plane whose member runs; processes come and go, and what they have written stays. */
function aPlane(asked: object, orders: Record<string, string>, revision: number) {
  const record = { clusterID: "c0", members: { "etcd-0": { id: "9a" } } };
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
      const etcd = { toActOn: { [name]: { ...member, revision } }, compacted: undefined };
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
  ["restored", restore, restoreOrders(plane, "r1"), 5001, "Restored"],
  ["put back", putBack, putBackOrders(plane, "r1"), 4999, "PutBack"],
])("that etcd was %s is known after a death at any write", async (_, asked, orders, revision, done) => {
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
  expect(whole.record()).toMatchObject({ clusterID: "c1", members: { "etcd-0": { id: "1a" } } });
});

test("what an earlier recovery gave the members is no answer to this one", async () => {
  const twice = aPlane(restore, restoreOrders(plane, "r1"), 5001);
  await twice.pass();
  twice.ask({ ...restore, id: "r2" });
  expect((await twice.pass()).outcome).toMatchObject({ message: "These members of etcd still run: etcd-0" });
});
