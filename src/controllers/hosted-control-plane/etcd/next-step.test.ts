import { expect, test } from "vitest";
import type { Answering, Observation } from "../../../etcd/observe-members.ts";
import { healthyObservation } from "../../../testing/healthy-etcd.ts";
import type { EtcdFacts } from "./etcd-facts.ts";
import { nextStep } from "./next-step.ts";

const names = ["etcd-0", "etcd-1", "etcd-2"];
const namespace = "clusters-demo";
const record = { clusterID: "c1", members: { "etcd-0": { id: "1a" }, "etcd-1": { id: "2a" }, "etcd-2": { id: "3a" } } };
const held = Object.fromEntries(names.map((name) => [name, "hold"]));
const empty = { problem: "etcd-1 does not answer: nothing listens there", isEmpty: true };
const silent = { ...empty, isEmpty: false };

const whole = (): Observation => healthyObservation(names);
const facts = (changes: Partial<EtcdFacts>): EtcdFacts => ({
  namespace,
  wanted: names,
  record,
  orders: held,
  observed: whole(),
  ...changes,
});

/** As whole, with every list of members changed, and some members. */
function observed(change: (members: Members) => Members, others: Observation = {}): Observation {
  const changed = Object.entries(whole()).map(([name, member]) => {
    const { members = [], ...rest } = member as Answering;
    return [name, { ...rest, members: change(members) }] as const;
  });
  return { ...Object.fromEntries(changed), ...others };
}
type Members = NonNullable<Answering["members"]>;

const without = (name: string) => (members: Members) => members.filter((member) => member.name !== name);
const withLearner =
  (name: string, id: string, started: boolean) =>
  (members: Members): Members => [
    ...without(name)(members),
    {
      id,
      name: started ? name : "",
      peerURLs: [`https://${name}.etcd-discovery.clusters-demo.svc:2380`],
      isLearner: true,
    },
  ];

const host = (name: string) => `${name}=https://${name}.etcd-discovery.clusters-demo.svc:2380`;

test("nothing is done to an etcd that is as it is on record", () => {
  expect(nextStep(facts({}))).toBeUndefined();
});

test("nothing is done before anybody was asked", () => {
  expect(nextStep(facts({ observed: undefined, record: undefined }))).toBeUndefined();
});

test("what has a quorum and exactly the wanted members is written down", () => {
  expect(nextStep(facts({ record: undefined }))).toEqual({ do: "record", record });
});

test("it is written down while a third is still on its way, whose order to begin stays", () => {
  const orders = Object.fromEntries(names.map((name) => [name, "new abc"]));
  const two = { ...whole(), "etcd-2": silent };
  expect(nextStep(facts({ record: undefined, orders, observed: two }))).toEqual({ do: "record", record });
  const withdrawn = { "etcd-0": "hold", "etcd-1": "hold", "etcd-2": "new abc" };
  expect(nextStep(facts({ orders, observed: two }))).toEqual({ do: "order", orders: withdrawn });
  expect(nextStep(facts({ orders: withdrawn, observed: two }))).toBeUndefined();
});

test("a third that has never started is known by its address, and written down with the others", () => {
  const unnamed = (members: Members) =>
    members.map((member) => (member.name === "etcd-2" ? { ...member, name: "" } : member));
  const orders = Object.fromEntries(names.map((name) => [name, "new abc"]));
  const two = observed(unnamed, { "etcd-2": silent });
  expect(nextStep(facts({ record: undefined, orders, observed: two }))).toEqual({ do: "record", record });
  const withdrawn = { "etcd-0": "hold", "etcd-1": "hold", "etcd-2": "new abc" };
  expect(nextStep(facts({ orders: withdrawn, observed: two }))).toBeUndefined();
});

const leaderless = (): Observation =>
  Object.fromEntries(
    Object.entries(whole()).map(([name, member]) => [name, { ...member, leader: undefined } as Answering]),
  );

test("without a quorum nothing is written down, and nothing is done", () => {
  expect(nextStep(facts({ record: undefined, observed: leaderless() }))).toBeUndefined();
  expect(nextStep(facts({ observed: { ...leaderless(), "etcd-0": silent, "etcd-1": silent } }))).toBeUndefined();
});

test("of two that lost their data one is told to be again what it was, so that the survivor has a quorum", () => {
  const alone = { ...leaderless(), "etcd-0": empty, "etcd-1": empty };
  const orders = { ...held, "etcd-0": `existing ${names.map(host).join(",")}` };
  expect(nextStep(facts({ observed: alone }))).toEqual({ do: "rescue", member: "etcd-2", orders });
  expect(nextStep(facts({ observed: alone, orders })), "it was told so").toBeUndefined();
  expect(nextStep(facts({ observed: { ...alone, "etcd-1": silent } })), "silence is no loss").toBeUndefined();
  expect(nextStep(facts({ observed: { ...alone, "etcd-2": silent } })), "nothing to begin from").toBeUndefined();
  expect(nextStep(facts({ observed: alone, record: undefined })), "nothing on record").toBeUndefined();
});

test("a survivor whose other voter is lost needs that one, and not a third that was taken out", () => {
  const alone: Observation = {
    ...observed((members) => members.slice(1)),
    "etcd-0": empty,
    "etcd-1": empty,
  };
  const survivor = { ...(alone["etcd-2"] as Answering), leader: undefined };
  const orders = { ...held, "etcd-1": `existing ${names.slice(1).map(host).join(",")}` };
  const learner = { ...(whole()["etcd-0"] as Answering), memberID: "99", isLearner: true, members: undefined };
  const learning = { ...silent, alone: { memberID: "99", revision: 1 } };
  for (const other of [empty, silent, learner, learning]) {
    const found = { ...alone, "etcd-0": other, "etcd-2": survivor };
    expect(nextStep(facts({ observed: found }))).toEqual({ do: "rescue", member: "etcd-2", orders });
  }
});

test("a survivor that has started since, and answers nobody, is a beginning where it is the one on record", () => {
  const alone = (memberID: string, revision: number): Observation => ({
    "etcd-0": empty,
    "etcd-1": empty,
    "etcd-2": { ...silent, alone: { memberID, revision } },
  });
  const orders = { ...held, "etcd-0": `existing ${names.map(host).join(",")}` };
  const kept = { keptRevision: 100 };
  const rescue = { do: "rescue", member: "etcd-2", orders };
  expect(nextStep(facts({ observed: alone("3a", 100), ...kept }))).toEqual(rescue);
  expect(nextStep(facts({ observed: alone("4a", 100), ...kept }))).toBeUndefined();
  expect(nextStep(facts({ observed: alone("3a", 99), ...kept }))).toBeUndefined();
  expect(nextStep(facts({ observed: { ...alone("3a", 100), "etcd-1": silent }, ...kept }))).toBeUndefined();
});

test.each<[string, Partial<Answering>, Partial<EtcdFacts>]>([
  ["another cluster's", { clusterID: "c2" }, {}],
  ["another member's", { memberID: "9a" }, {}],
  ["older than what is on record", {}, { keptRevision: 101 }],
  ["said to be corrupt", { alarms: ["CORRUPT"] }, {}],
  ["not complete", { isLearner: true }, {}],
])("a survivor whose data is %s is no beginning", (_, change, more) => {
  const survivor = { ...(leaderless()["etcd-2"] as Answering), ...change };
  const alone = { "etcd-0": empty, "etcd-1": empty, "etcd-2": survivor };
  expect(nextStep(facts({ observed: alone, ...more }))).toBeUndefined();
});

test("a member that cannot fetch the snapshot waits once the others have begun with it, and is let in again", () => {
  const orders = Object.fromEntries(names.map((name) => [name, `restore first ${names.map(host).join(",")}`]));
  const failing = { ...silent, says: "restoring first failed: fetch 22 403" };
  const began = { ...whole(), "etcd-2": failing };
  expect(nextStep(facts({ orders, observed: began, record: undefined }))).toEqual({ do: "record", record });
  expect(nextStep(facts({ orders, observed: began }))).toEqual({ do: "order", orders: held });
  expect(nextStep(facts({ observed: began })), "it may have restored it").toBeUndefined();
  const waiting = { ...whole(), "etcd-2": empty };
  expect(nextStep(facts({ observed: waiting }))).toEqual({ do: "remove", member: "etcd-2", id: "3a" });
  const alone: Observation = { "etcd-0": failing, "etcd-1": failing, "etcd-2": silent };
  expect(nextStep(facts({ orders, observed: alone, record: undefined }))).toBeUndefined();
});

test("a member that lost its data is taken out, let in, told so and promoted, one after the other", () => {
  const lost = { "etcd-1": empty };
  expect(nextStep(facts({ observed: { ...whole(), ...lost } }))).toEqual({ do: "remove", member: "etcd-1", id: "2a" });
  expect(nextStep(facts({ observed: observed(without("etcd-1"), lost) }))).toEqual({ do: "add", member: "etcd-1" });
  const let_in = observed(withLearner("etcd-1", "99", false), lost);
  const orders = { ...held, "etcd-1": `rejoin 99 ${["etcd-0", "etcd-2", "etcd-1"].map(host).join(",")}` };
  expect(nextStep(facts({ observed: let_in }))).toEqual({ do: "order", orders });
  expect(nextStep(facts({ observed: let_in, orders }))).toBeUndefined();
  const learner = { ...(whole()["etcd-1"] as Answering), memberID: "99", isLearner: true, members: undefined };
  const unnamed = observed(withLearner("etcd-1", "99", false), { "etcd-1": learner });
  expect(nextStep(facts({ observed: unnamed, orders }))).toEqual({ do: "order", orders: held });
  expect(nextStep(facts({ observed: unnamed })), "it has come, and its name is not known yet").toBeUndefined();
  const learning = observed(withLearner("etcd-1", "99", true), { "etcd-1": learner });
  expect(nextStep(facts({ observed: learning, orders }))).toEqual({ do: "order", orders: held });
  expect(nextStep(facts({ observed: learning }))).toEqual({ do: "promote", member: "etcd-1", id: "99" });
  const promoted = observed((members) =>
    members.map((member) => (member.name === "etcd-1" ? { ...member, id: "99" } : member)),
  );
  expect(nextStep(facts({ observed: promoted }))).toEqual({
    do: "record",
    record: { clusterID: "c1", members: { ...record.members, "etcd-1": { id: "99" } } },
  });
});

test("a member that was taken out while it was away is let in again, and told to put aside what it had", () => {
  const former = { ...(whole()["etcd-1"] as Answering), leader: undefined };
  for (const away of [silent, former]) {
    const gone = observed(without("etcd-1"), { "etcd-1": away });
    expect(nextStep(facts({ observed: gone }))).toEqual({ do: "add", member: "etcd-1" });
    const orders = { ...held, "etcd-1": `rejoin 99 ${["etcd-0", "etcd-2", "etcd-1"].map(host).join(",")}` };
    const letIn = observed(withLearner("etcd-1", "99", false), { "etcd-1": away });
    expect(nextStep(facts({ observed: letIn }))).toEqual({ do: "order", orders });
    expect(nextStep(facts({ observed: letIn, orders })), "the former one takes no order back").toBeUndefined();
  }
});

test("a member that cannot start on its data is taken out where the two others agree, and else keeps it", () => {
  const away = { ...whole(), "etcd-1": silent };
  const same = { hash: 7, compactRevision: 50 };
  const damaged = { observed: away, damaged: ["etcd-1"] };
  expect(nextStep(facts({ ...damaged, hashes: { "etcd-0": same, "etcd-2": same } }))).toEqual({
    do: "remove",
    member: "etcd-1",
    id: "2a",
  });
  const other = { hash: 8, compactRevision: 50 };
  expect(nextStep(facts({ ...damaged, hashes: { "etcd-0": same, "etcd-2": other } }))).toBeUndefined();
  expect(nextStep(facts({ ...damaged, hashes: { "etcd-0": same } }))).toBeUndefined();
});

const corrupt = (observation: Observation): Observation =>
  Object.fromEntries(
    Object.entries(observation).map(([name, member]) => [name, { ...member, alarms: ["CORRUPT"] } as Answering]),
  );

test("of three members the one that differs is taken out, and then etcd may write again", () => {
  const same = { hash: 7, compactRevision: 50 };
  const other = { hash: 8, compactRevision: 50 };
  const hashes = { "etcd-0": other, "etcd-1": same, "etcd-2": same };
  expect(nextStep(facts({ observed: corrupt(whole()), hashes }))).toEqual({
    do: "remove",
    member: "etcd-0",
    id: "1a",
  });
  const two = corrupt(observed(without("etcd-0"), { "etcd-0": silent }));
  const led = { ...two, "etcd-0": silent, "etcd-1": { ...two["etcd-1"], leader: "2a" } as Answering };
  const left = { "etcd-1": same, "etcd-2": same };
  expect(nextStep(facts({ observed: led, hashes: left }))).toEqual({ do: "disarm", alarm: "CORRUPT" });
});

test("no member is taken out where it cannot be told which one differs", () => {
  const observed = corrupt(whole());
  const all = (a: number, b: number, c: number, compactRevision = 50) => ({
    "etcd-0": { hash: a, compactRevision: 50 },
    "etcd-1": { hash: b, compactRevision: 50 },
    "etcd-2": { hash: c, compactRevision },
  });
  expect(nextStep(facts({ observed, hashes: all(1, 2, 3) }))).toBeUndefined();
  expect(nextStep(facts({ observed, hashes: all(1, 1, 3, 60) })), "compacted otherwise").toBeUndefined();
  expect(nextStep(facts({ observed, hashes: { "etcd-0": { hash: 1, compactRevision: 50 } } }))).toBeUndefined();
  expect(nextStep(facts({ observed }))).toBeUndefined();
});

test("a member that only does not answer keeps its place", () => {
  expect(nextStep(facts({ observed: { ...whole(), "etcd-1": silent } }))).toBeUndefined();
});

test("the others are not put at risk for one: both must answer, and only one joins at a time", () => {
  expect(nextStep(facts({ observed: { ...whole(), "etcd-1": empty, "etcd-2": silent } }))).toBeUndefined();
  const another = observed(withLearner("etcd-2", "98", false), { "etcd-1": empty, "etcd-2": silent });
  expect(nextStep(facts({ observed: another }))).toBeUndefined();
});

test("a member that was let in, started and lost its data again is let in once more", () => {
  const again = observed(withLearner("etcd-1", "99", true), { "etcd-1": empty });
  expect(nextStep(facts({ observed: again }))).toEqual({ do: "remove", member: "etcd-1", id: "99" });
});

test("members that the record does not know are never let in: one does not become three", () => {
  const one = { clusterID: "c1", members: { "etcd-0": { id: "1a" } } };
  const grown = { ...healthyObservation(["etcd-0"]), "etcd-1": empty, "etcd-2": empty };
  expect(nextStep(facts({ record: one, observed: grown }))).toBeUndefined();
});

test("nothing is done to an etcd that is another than the one on record", () => {
  const other = { ...record, clusterID: "c2" };
  expect(nextStep(facts({ record: other, observed: { ...whole(), "etcd-1": empty } }))).toBeUndefined();
});
