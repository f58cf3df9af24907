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

test("without a quorum nothing is written down, and nothing is done", () => {
  const leaderless = Object.fromEntries(
    Object.entries(whole()).map(([name, member]) => [name, { ...member, leader: undefined } as Answering]),
  );
  expect(nextStep(facts({ record: undefined, observed: leaderless }))).toBeUndefined();
  const alone = { ...leaderless, "etcd-0": empty, "etcd-1": empty };
  expect(nextStep(facts({ observed: alone }))).toBeUndefined();
});

test("a member that lost its data is taken out, let in, told so and promoted, one after the other", () => {
  const lost = { "etcd-1": empty };
  expect(nextStep(facts({ observed: { ...whole(), ...lost } }))).toEqual({ do: "remove", member: "etcd-1", id: "2a" });
  expect(nextStep(facts({ observed: observed(without("etcd-1"), lost) }))).toEqual({ do: "add", member: "etcd-1" });
  const let_in = observed(withLearner("etcd-1", "99", false), lost);
  const host = (name: string) => `${name}=https://${name}.etcd-discovery.clusters-demo.svc:2380`;
  const orders = { ...held, "etcd-1": `existing ${["etcd-0", "etcd-2", "etcd-1"].map(host).join(",")}` };
  expect(nextStep(facts({ observed: let_in }))).toEqual({ do: "order", orders });
  expect(nextStep(facts({ observed: let_in, orders }))).toBeUndefined();
  const learner = { ...(whole()["etcd-1"] as Answering), memberID: "99", isLearner: true, members: undefined };
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
