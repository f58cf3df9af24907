import { expect, test } from "vitest";
import type { Answering, Observation } from "../../../etcd/observe-members.ts";
import { healthyObservation } from "../../../testing/healthy-etcd.ts";
import { type EtcdLook, etcdHealth } from "./etcd-health.ts";

const names = ["etcd-0", "etcd-1", "etcd-2"];
const record = { clusterID: "c1", members: { "etcd-0": { id: "1a" }, "etcd-1": { id: "2a" }, "etcd-2": { id: "3a" } } };
const empty = { problem: "etcd-1 does not answer: nothing listens there", isEmpty: true };
const silent = { ...empty, isEmpty: false };
const whole = healthyObservation(names);

const look = (changes: Partial<EtcdLook>): EtcdLook => ({
  namespace: "clusters-demo",
  wanted: names,
  record,
  orders: Object.fromEntries(names.map((name) => [name, "hold"])),
  observed: whole,
  pods: { ready: true, message: "etcd is available" },
  podProblems: {},
  ...changes,
});

const changed = (name: string, change: Partial<Answering>): Observation => ({
  ...whole,
  [name]: { ...(whole[name] as Answering), ...change },
});

const one = (changes: Partial<EtcdLook>) =>
  look({
    wanted: ["etcd-0"],
    record: { clusterID: "c1", members: { "etcd-0": { id: "1a" } } },
    observed: healthyObservation(["etcd-0"]),
    ...changes,
  });

const stranger = { id: "4a", name: "other", peerURLs: ["https://192.0.2.1:2380"], isLearner: false };
const listed = (change: (members: NonNullable<Answering["members"]>) => Answering["members"]) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      { ...(whole[name] as Answering), members: change((whole[name] as Answering).members ?? []) },
    ]),
  );

test("three members that agree with the record are healthy", () => {
  expect(etcdHealth(look({}))).toEqual({ available: true, reason: "QuorumAvailable", message: "etcd has a quorum" });
});

test.each<[string, EtcdLook, string]>([
  [
    "one was taken out while it was away",
    look({ observed: { ...listed((members) => members.slice(0, 2)), "etcd-2": silent } }),
    "etcd has a quorum; etcd-1 does not answer: nothing listens there",
  ],
  [
    "one is away",
    look({ observed: { ...whole, "etcd-1": silent } }),
    "etcd has a quorum; etcd-1 does not answer: nothing listens there",
  ],
  [
    "one has lost its data",
    look({ observed: { ...whole, "etcd-1": empty } }),
    "etcd has a quorum; the volume of etcd-1 is empty, and it waits to join the others again",
  ],
  [
    "one catches up",
    look({ observed: changed("etcd-1", { isLearner: true, members: undefined }) }),
    "etcd has a quorum; etcd-1 takes over the data of the others",
  ],
])("with a quorum it serves, and it is said that %s", (_, facts, message) => {
  expect(etcdHealth(facts)).toEqual({ available: true, reason: "QuorumAvailable", message });
});

test("before its members were asked once, a control plane on record is believed, and a new one is not", () => {
  expect(etcdHealth(look({ observed: undefined })).available).toBe(true);
  expect(etcdHealth(look({ observed: undefined, record: undefined }))).toMatchObject({
    available: false,
    reason: "EtcdWaitingForQuorum",
  });
});

test("while it restores the snapshot that it is to begin with, it is said how that goes", () => {
  const restoring = { ...silent, says: "restoring first" };
  const failed = { ...silent, says: "restoring first failed: fetch 22 403" };
  const began = { record: undefined, pods: { ready: false, message: "0 of 3 replicas" } };
  const all = (member: typeof restoring) => Object.fromEntries(names.map((name) => [name, member]));
  expect(etcdHealth(look({ ...began, observed: all(restoring) }))).toEqual({
    available: false,
    reason: "EtcdRestoring",
    message: "etcd-0, etcd-1, etcd-2 restore the snapshot that etcd is to begin with",
  });
  expect(etcdHealth(look({ ...began, observed: { ...all(restoring), "etcd-1": failed } }))).toMatchObject({
    available: false,
    reason: "EtcdRestoreFailed",
    message: expect.stringContaining("its address is refused (403)"),
  });
  // One that restores while the others serve is away like any other.
  expect(etcdHealth(look({ observed: { ...whole, "etcd-1": failed } })).available).toBe(true);
});

test("nobody relies on an etcd that is not written down", () => {
  expect(etcdHealth(look({ record: undefined }))).toMatchObject({ available: false, reason: "EtcdWaitingForQuorum" });
});

test("an etcd that is not written down because a member has not joined names it, and what keeps its pod", () => {
  const observed = listed((members) => members.map((each) => ({ ...each, isLearner: each.name === "etcd-2" })));
  const problem = { reason: "EtcdWaitingForQuorum" as const, message: "etcd-2 has no node: 0/2 nodes are available" };
  const { message } = etcdHealth(
    look({ record: undefined, observed: { ...observed, "etcd-2": silent }, podProblems: { "etcd-2": problem } }),
  );
  expect(message).toBe(
    "etcd has a quorum, and cannot be written down before every member votes: etcd-2 has no node: 0/2 nodes are available",
  );
});

test("of a third that has never started, and is on record, it is said what keeps its pod", () => {
  const observed = listed((members) => members.map((each) => (each.name === "etcd-2" ? { ...each, name: "" } : each)));
  const problem = { reason: "EtcdWaitingForQuorum" as const, message: "etcd-2 has no node: 0/2 nodes are available" };
  const facts = look({ observed: { ...observed, "etcd-2": silent }, podProblems: { "etcd-2": problem } });
  expect(etcdHealth(facts)).toEqual({
    available: true,
    reason: "QuorumAvailable",
    message: "etcd has a quorum; etcd-2 has no node: 0/2 nodes are available",
  });
});

test.each<[string, EtcdLook, string, string]>([
  [
    "another cluster",
    look({ observed: changed("etcd-2", { clusterID: "c2" }) }),
    "EtcdForeignCluster",
    "or delete the PersistentVolumeClaim data-etcd-2 and the pod etcd-2",
  ],
  [
    "two clusters and no record",
    look({ record: undefined, observed: changed("etcd-2", { clusterID: "c2" }) }),
    "EtcdForeignCluster",
    "etcd-0 says c1",
  ],
  [
    "the alarm CORRUPT",
    look({ observed: changed("etcd-1", { alarms: ["CORRUPT"] }) }),
    "EtcdCorrupt",
    "different data",
  ],
  ["the alarm NOSPACE", look({ observed: changed("etcd-0", { alarms: ["NOSPACE"] }) }), "EtcdNoSpace", "4096 MiB"],
  [
    "a member of somebody else's",
    look({ observed: listed((members) => [...members, stranger]) }),
    "EtcdWrongMembers",
    "etcdctl member remove 4a",
  ],
  [
    "two members taken out by hand",
    look({ observed: { ...listed((members) => members.slice(0, 1)), "etcd-1": silent, "etcd-2": silent } }),
    "EtcdWrongMembers",
    "1 member with a vote, and there should be 3",
  ],
  [
    "the alarm CORRUPT because of one",
    look({
      observed: changed("etcd-1", { alarms: ["CORRUPT"] }),
      hashes: {
        "etcd-0": { hash: 7, compactRevision: 5 },
        "etcd-1": { hash: 8, compactRevision: 5 },
        "etcd-2": { hash: 7, compactRevision: 5 },
      },
    }),
    "EtcdCorrupt",
    "etcd-1 has other data than the other members of etcd",
  ],
  [
    "more in use than it may have",
    look({
      observed: changed("etcd-0", { alarms: ["NOSPACE"], usedBytes: 3900 * 1024 ** 2 }),
      compacted: 100,
    }),
    "EtcdNoSpace",
    "3900 MiB of it are in use: delete objects that nobody needs",
  ],
  [
    "all volumes lost",
    look({ observed: { "etcd-0": empty, "etcd-1": empty, "etcd-2": empty } }),
    "EtcdVolumeLost",
    "Nothing is left",
  ],
  [
    "two volumes lost and a survivor",
    look({
      observed: { ...changed("etcd-2", { leader: undefined }), "etcd-0": empty, "etcd-1": empty },
      pods: { ready: false, message: "0 of 3 replicas of etcd are ready; 2 must be" },
    }),
    "EtcdQuorumLost",
    "brought back from the data of etcd-2, and nothing has to be done",
  ],
  [
    "two volumes lost and a survivor that is older than it was",
    look({
      observed: { ...changed("etcd-2", { leader: undefined }), "etcd-0": empty, "etcd-1": empty },
      keptRevision: 5000,
    }),
    "EtcdQuorumLost",
    "etcd-2 is at revision 100, and etcd was at 5000",
  ],
  [
    "one member where three are asked for",
    look({ record: { clusterID: "c1", members: { "etcd-0": { id: "1a" } } } }),
    "EtcdWrongMembers",
    "put the policy back to SingleReplica",
  ],
  ["a revision that went back", look({ revisionBefore: 5000 }), "EtcdRolledBack", "at revision 100 and was at 5000"],
  [
    "its only volume lost",
    one({ observed: { "etcd-0": empty } }),
    "EtcdVolumeLost",
    "PersistentVolumeClaim data-etcd-0",
  ],
  [
    "two of three volumes lost",
    look({ observed: { ...whole, "etcd-0": empty, "etcd-1": empty, "etcd-2": silent } }),
    "EtcdQuorumLost",
    "data-etcd-0, data-etcd-1",
  ],
  [
    "no leader though its pods are ready",
    look({ observed: { "etcd-0": silent, "etcd-1": silent, "etcd-2": silent } }),
    "EtcdWaitingForQuorum",
    "none of them leads",
  ],
  [
    "a full disk",
    one({
      observed: { "etcd-0": silent },
      pods: { ready: false, message: "0 of 1 replicas of etcd are ready; 1 must be" },
      podProblems: { "etcd-0": { reason: "EtcdDiskFull", message: "The volume of etcd-0 is full" } },
    }),
    "EtcdDiskFull",
    "0 of 1 replicas of etcd are ready; 1 must be; The volume of etcd-0 is full",
  ],
])("etcd with %s is never available, and it is said", (_, facts, reason, message) => {
  expect(etcdHealth(facts)).toMatchObject({ available: false, reason, message: expect.stringContaining(message) });
});

test("an empty volume before the first quorum is nothing lost", () => {
  const starting = one({
    record: undefined,
    observed: { "etcd-0": empty },
    pods: { ready: false, message: "0 of 1 replicas of etcd are ready; 1 must be" },
  });
  expect(etcdHealth(starting)).toMatchObject({ available: false, reason: "EtcdWaitingForQuorum" });
});
