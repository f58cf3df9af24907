import { expect, test } from "vitest";
import type { Answering } from "../../../etcd/observe-members.ts";
import { healthyObservation } from "../../../testing/healthy-etcd.ts";
import type { EtcdFacts } from "./etcd-facts.ts";
import { etcdStatus } from "./etcd-status.ts";

const names = ["etcd-0", "etcd-1", "etcd-2"];
const whole = healthyObservation(names);
const facts = (changes: Partial<EtcdFacts> = {}): EtcdFacts => ({
  namespace: "clusters-demo",
  wanted: names,
  record: { clusterID: "c1", members: { "etcd-0": { id: "1a" }, "etcd-1": { id: "2a" }, "etcd-2": { id: "3a" } } },
  orders: Object.fromEntries(names.map((name) => [name, "hold"])),
  observed: whole,
  ...changes,
});
const changed = (name: string, change: Partial<Answering>) => ({
  ...whole,
  [name]: { ...(whole[name] as Answering), ...change },
});

test("members, leader, size, limit and cluster are told", () => {
  expect(etcdStatus(facts(), "2026-01-31T18:00:00Z")).toEqual({
    clusterID: "c1",
    leader: "etcd-0",
    members: [
      { name: "etcd-0", id: "1a", state: "Voter", databaseSize: "1Mi" },
      { name: "etcd-1", id: "2a", state: "Voter", databaseSize: "1Mi" },
      { name: "etcd-2", id: "3a", state: "Voter", databaseSize: "1Mi" },
    ],
    databaseLimit: "4096Mi",
    lastDefragmentation: "2026-01-31T18:00:00Z",
  });
});

test("nothing that changes all the time is told: not a revision, and no size to the byte", () => {
  const before = etcdStatus(facts());
  const after = changed("etcd-0", { revision: 200, databaseBytes: 1_040_000, usedBytes: 5 });
  expect(etcdStatus(facts({ observed: after }))).toEqual(before);
});

test("a member that is away or takes over data, and an alarm, are told once", () => {
  const observed = {
    ...changed("etcd-0", { alarms: ["NOSPACE"] }),
    "etcd-1": { problem: "etcd-1 does not answer: nothing listens there", isEmpty: false },
    "etcd-2": { ...(whole["etcd-2"] as Answering), alarms: ["NOSPACE" as const], isLearner: true, members: undefined },
  };
  expect(etcdStatus(facts({ observed }))).toMatchObject({
    members: [{ state: "Voter" }, { name: "etcd-1", id: "2a", state: "Away" }, { state: "Learner" }],
    alarms: ["NOSPACE"],
  });
});

test("without a quorum no leader is told", () => {
  const leaderless = Object.fromEntries(
    names.map((name) => [name, { ...(whole[name] as Answering), leader: undefined }]),
  );
  expect(etcdStatus(facts({ observed: leaderless }))).not.toHaveProperty("leader");
});
