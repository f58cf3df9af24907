import { expect, test } from "vitest";
import type { Answering, Silent } from "../../etcd/observe-members.ts";
import { chooseMember } from "./choose-member.ts";

const member = (memberID: string, facts: Partial<Answering> = {}): Answering => ({
  clusterID: "c1",
  memberID,
  leader: "a",
  isLearner: false,
  revision: 5_000,
  alarms: [],
  databaseBytes: 1,
  usedBytes: 1,
  quotaBytes: 2,
  ...facts,
});
const silent: Silent = { problem: "etcd-2 does not answer: nothing listens there", isEmpty: false };

test("a snapshot is taken from a follower, the one that is furthest", () => {
  const observed = { "etcd-0": member("a"), "etcd-1": member("b", { revision: 4_998 }), "etcd-2": member("c") };
  expect(chooseMember(observed, "c1")).toBe("etcd-2");
});

test("a follower that lags behind, and one that only catches up yet, leave it to the leader", () => {
  const observed = {
    "etcd-0": member("a"),
    "etcd-1": member("b", { revision: 3_999 }),
    "etcd-2": member("c", { isLearner: true }),
  };
  expect(chooseMember(observed, "c1")).toBe("etcd-0");
});

test("the only member is asked", () => {
  expect(chooseMember({ "etcd-0": member("a") }, "c1")).toBe("etcd-0");
});

test("without a quorum there is no snapshot, but a sentence with what was found", () => {
  const observed = { "etcd-0": member("a", { leader: undefined }), "etcd-1": silent, "etcd-2": silent };
  expect(() => chooseMember(observed, "c1")).toThrow("has no quorum: etcd-2 does not answer: nothing listens there");
});

test("neither another cluster's members nor data that members disagree about are backed up", () => {
  const strange = { "etcd-0": member("a"), "etcd-1": member("b", { clusterID: "c2" }) };
  expect(() => chooseMember(strange, "c1")).toThrow("etcd-1 answers for the cluster c2, and on record is c1");
  const corrupt = { "etcd-0": member("a"), "etcd-1": member("b", { alarms: ["CORRUPT"] }) };
  expect(() => chooseMember(corrupt, "c1")).toThrow("etcd-1 has raised the alarm CORRUPT");
});
