import { expect, test } from "vitest";
import type { Answering, Observation } from "../../../etcd/observe-members.ts";
import { healthyObservation } from "../../../testing/healthy-etcd.ts";
import type { EtcdFacts } from "./etcd-facts.ts";
import { maintenance } from "./maintenance.ts";

const mebibyte = 1024 ** 2;
const three = ["etcd-0", "etcd-1", "etcd-2"];

/** Members with so many MiB in their database, in use and allowed; etcd-0 leads. */
function facts(
  names: string[],
  sizes: { database?: number; used?: number; quota?: number; alarms?: Answering["alarms"] },
  changes: Partial<EtcdFacts> = {},
): EtcdFacts {
  const { database = 200, used = 20, quota = 4096, alarms = [] } = sizes;
  const size = { databaseBytes: database * mebibyte, usedBytes: used * mebibyte, quotaBytes: quota * mebibyte, alarms };
  const observed = Object.fromEntries(
    Object.entries(healthyObservation(names)).map(([name, member]) => [name, { ...member, ...size } as Answering]),
  );
  return {
    namespace: "n",
    wanted: names,
    orders: Object.fromEntries(names.map((name) => [name, "hold"])),
    observed,
    ...changes,
  };
}

const withSize = (of: EtcdFacts, name: string, change: Partial<Answering>): EtcdFacts => {
  const observed = of.observed as Observation;
  return { ...of, observed: { ...observed, [name]: { ...(observed[name] as Answering), ...change } } };
};

test("databases that are mostly empty are defragmented one after the other, the leader last", () => {
  const before = facts(three, {});
  expect(maintenance(before)).toEqual({ do: "defragment", member: "etcd-1" });
  const first = withSize(before, "etcd-1", { databaseBytes: 20 * mebibyte });
  expect(maintenance(first)).toEqual({ do: "defragment", member: "etcd-2" });
  const second = withSize(first, "etcd-2", { databaseBytes: 20 * mebibyte });
  expect(maintenance(second)).toEqual({ do: "defragment", member: "etcd-0" });
  expect(maintenance(withSize(second, "etcd-0", { databaseBytes: 20 * mebibyte }))).toBeUndefined();
});

test.each<[string, EtcdFacts]>([
  [
    "a member is away",
    facts(three, {}, { observed: { ...facts(three, {}).observed, "etcd-2": { problem: "", isEmpty: false } } }),
  ],
  ["somebody works on etcd by hand", facts(three, {}, { isPaused: true })],
  ["a member learns", withSize(facts(three, {}), "etcd-2", { isLearner: true })],
  [
    "a member has an order",
    facts(three, {}, { orders: { "etcd-0": "hold", "etcd-1": "hold", "etcd-2": "rejoin 1 x" } }),
  ],
  ["the database is small", facts(three, { database: 120 })],
  ["half of it is in use", facts(three, { used: 101 })],
  ["so much is in use that requests would fail meanwhile", facts(three, { database: 1000, used: 300 })],
  ["everybody would wait long for a single member", facts(["etcd-0"], { database: 1000, used: 100 })],
])("nothing is defragmented where %s", (_, found) => {
  expect(maintenance(found)).toBeUndefined();
});

test.each<[string, EtcdFacts]>([
  ["a single member with little in use", facts(["etcd-0"], { used: 60 })],
  ["a large one that comes near its limit", facts(["etcd-0"], { database: 3100, used: 1000 })],
])("%s is defragmented", (_, found) => {
  expect(maintenance(found)).toEqual({ do: "defragment", member: "etcd-0" });
});

test("a full etcd is compacted, defragmented in turn and opened again", () => {
  const full = facts(three, { database: 128, used: 127, quota: 128, alarms: ["NOSPACE"] });
  expect(maintenance(full)).toEqual({ do: "compact", revision: 100 });
  const free = { ...facts(three, { database: 128, used: 40, quota: 128, alarms: ["NOSPACE"] }), compacted: 100 };
  expect(maintenance(free)).toEqual({ do: "defragment", member: "etcd-1" });
  const done = { ...facts(three, { database: 41, used: 40, quota: 128, alarms: ["NOSPACE"] }), compacted: 100 };
  expect(maintenance(done)).toEqual({ do: "disarm", alarm: "NOSPACE" });
});

test("a full etcd stays closed while what is in use would fill it again, and is looked after when something is deleted", () => {
  const full = { ...facts(three, { database: 128, used: 110, quota: 128, alarms: ["NOSPACE"] }), compacted: 100 };
  expect(maintenance(full)).toBeUndefined();
  expect(maintenance(withSize(full, "etcd-0", { revision: 101 }))).toEqual({ do: "compact", revision: 101 });
});
