import { hold, joinOrder, type Orders } from "../../../control-plane/etcd/orders.ts";
import { answers, isEmpty } from "../../../etcd/observe-members.ts";
import type { EtcdRecord } from "../durable-record.ts";
import { contradiction } from "./contradiction.ts";
import { type EtcdFacts, majority, sameNames, spokesman } from "./etcd-facts.ts";
import { memberName } from "./member-name.ts";

/** One change to etcd or to what is known of it. */
export type EtcdStep =
  | { do: "record"; record: EtcdRecord }
  | { do: "order"; orders: Orders }
  | { do: "remove"; member: string; id: string }
  | { do: "add"; member: string }
  | { do: "promote"; member: string; id: string };

/**
 * The next thing to do, or nothing. One at a time, and each leaves etcd in a state that the next look understands, so
 * that it does not matter who carries on. Nothing is done without a quorum, and nothing to an etcd that is not the one
 * on record.
 */
export function nextStep(facts: EtcdFacts): EtcdStep | undefined {
  const spoken = spokesman(facts);
  if (!spoken || contradiction(facts)) return undefined;
  const { record } = facts;
  const present = recordOf(facts, spoken);
  if (!record) return present && { do: "record", record: present };
  if (present && !sameRecord(record, present)) return { do: "record", record: present };
  return withdrawal(facts) ?? promotion(facts, spoken) ?? returnOf(facts, spoken);
}

type Spoken = NonNullable<ReturnType<typeof spokesman>>;

/**
 * What is to be on record: only where exactly the wanted members vote. Their ids are settled before they start: one
 * whose pod finds no node keeps nobody from relying on the others.
 */
function recordOf({ wanted }: EtcdFacts, { clusterID, members }: Spoken): EtcdRecord | undefined {
  if (!sameNames(members.map(memberName), wanted) || members.some(({ isLearner }) => isLearner)) return undefined;
  return { clusterID, members: Object.fromEntries(members.map((member) => [memberName(member), { id: member.id }])) };
}

function sameRecord(a: EtcdRecord, b: EtcdRecord): boolean {
  const ids = ({ clusterID, members }: EtcdRecord) =>
    JSON.stringify([
      clusterID,
      ...Object.keys(members)
        .sort()
        .map((name) => [name, members[name]?.id]),
    ]);
  return ids(a) === ids(b);
}

/**
 * A member that has data is told to wait should it lose that. One that is to make the cluster with the others and has
 * not come to it keeps its order: alone it has no majority, so it makes none.
 */
function withdrawal({ wanted, orders, observed }: EtcdFacts): EtcdStep | undefined {
  const started = wanted.filter((name) => answers(observed?.[name]) && orders[name] !== hold);
  if (started.length === 0) return undefined;
  return { do: "order", orders: { ...orders, ...Object.fromEntries(started.map((name) => [name, hold])) } };
}

/** etcd itself refuses it as long as the member has not caught up. */
function promotion({ observed }: EtcdFacts, { members }: Spoken): EtcdStep | undefined {
  const learner = members.find(({ isLearner, name }) => isLearner && answers(observed?.[name]));
  return learner && { do: "promote", member: learner.name, id: learner.id };
}

/** Lets a member in again that has lost its volume: the former one out, the new one in, and then its order. */
function returnOf(facts: EtcdFacts, { members }: Spoken): EtcdStep | undefined {
  const { namespace, wanted, record, orders, observed } = facts;
  const lost = wanted.find((name) => record?.members[name] && isEmpty(observed?.[name]));
  if (!lost) return undefined;
  const entry = members.find((member) => memberName(member) === lost);
  const others = members.filter((member) => member !== entry);
  const voters = others.filter(({ isLearner }) => !isLearner);
  const healthy = voters.filter((member) => answers(observed?.[memberName(member)]));
  // One at a time, and only where the others do not need this one.
  if (voters.length < others.length || healthy.length < majority(wanted.length)) return undefined;
  if (!entry) return { do: "add", member: lost };
  // It has run since it was let in, and its data is gone: nothing that it promised the others can be kept.
  if (entry.name) return { do: "remove", member: lost, id: entry.id };
  const order = joinOrder([...others.map(memberName), lost], namespace);
  return orders[lost] === order ? undefined : { do: "order", orders: { ...orders, [lost]: order } };
}
