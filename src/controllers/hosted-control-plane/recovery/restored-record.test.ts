import { expect, test } from "vitest";
import type { Answering, Observation } from "../../../etcd/observe-members.ts";
import { healthyObservation } from "../../../testing/healthy-etcd.ts";
import { restoredRecord } from "./restored-record.ts";

const names = ["etcd-0", "etcd-1", "etcd-2"];
const facts = (change: (name: string, member: Answering) => Partial<Answering> | undefined) => {
  const observed = Object.entries(healthyObservation(names)).flatMap(([name, member]) => {
    const changes = change(name, member as Answering);
    return changes ? [[name, { ...member, revision: 5000, ...changes }]] : [];
  });
  return { namespace: "n", wanted: names, orders: {}, observed: Object.fromEntries(observed) as Observation };
};
const isRestored = (revision: number) => revision >= 5000;
const only = (name: string, changes: Partial<Answering> | undefined) => (each: string) =>
  each === name ? changes : {};

test("an etcd that was put back is written down once every member has come to its revision", () => {
  expect(
    restoredRecord(
      facts(() => ({})),
      isRestored,
    ),
  ).toEqual({
    clusterID: "c1",
    members: { "etcd-0": { id: "1a" }, "etcd-1": { id: "2a" }, "etcd-2": { id: "3a" } },
  });
});

test.each([
  ["has the former data", { revision: 4999 }],
  ["knows no leader", { leader: undefined }],
  ["does not vote", { isLearner: true }],
  ["is of another cluster", { clusterID: "c2" }],
  ["does not answer", undefined],
])("nothing is written down while a member %s", (_, changes) => {
  expect(restoredRecord(facts(only("etcd-1", changes)), isRestored)).toBeUndefined();
});

test("a member that there should not be keeps it from being written down", () => {
  const stranger = { id: "4a", name: "etcd-3", peerURLs: [], isLearner: false };
  const grown = facts((_, { members = [] }) => ({ members: [...members, stranger] }));
  expect(restoredRecord(grown, isRestored)).toBeUndefined();
});
