import {
  beginsWithSnapshot,
  existingOrder,
  hold,
  type Orders,
  rejoinOrder,
} from "../../../control-plane/etcd/orders.ts";
import type { EtcdAlarm } from "../../../etcd/etcd-client.ts";
import { answers, isEmpty } from "../../../etcd/observe-members.ts";
import type { EtcdRecord } from "../durable-record.ts";
import { contradiction } from "./contradiction.ts";
import { type EtcdFacts, majority, sameNames, spokesman } from "./etcd-facts.ts";
import { maintenance } from "./maintenance.ts";
import { memberName } from "./member-name.ts";
import { agreeing, oddOne } from "./odd-one.ts";
import { survivor } from "./survivor.ts";

/** One change to etcd or to what is known of it. */
export type EtcdStep =
  | { do: "record"; record: EtcdRecord }
  | { do: "order"; orders: Orders }
  | { do: "remove"; member: string; id: string }
  | { do: "add"; member: string }
  | { do: "promote"; member: string; id: string }
  /** As `order`, once it is sure that all that this member has can be read. */
  | { do: "rescue"; member: string; orders: Orders }
  | { do: "compact"; revision: number }
  | { do: "defragment"; member: string }
  | { do: "disarm"; alarm: EtcdAlarm };

/**
 * The next thing to do, or nothing. One at a time, and each leaves etcd in a state that the next look understands, so
 * that it does not matter who carries on. Without a quorum nothing is done but what brings it back, and nothing to an
 * etcd that is not the one on record.
 */
export function nextStep(facts: EtcdFacts): EtcdStep | undefined {
  const spoken = spokesman(facts);
  if (!spoken) return contradiction(facts) ? undefined : rescue(facts);
  const found = contradiction(facts);
  if (found) return found.reason === "EtcdCorrupt" ? cure(facts, spoken) : undefined;
  const { record } = facts;
  const present = recordOf(facts, spoken);
  if (!record) return present && { do: "record", record: present };
  if (present && !sameRecord(record, present)) return { do: "record", record: present };
  return withdrawal(facts) ?? promotion(facts, spoken) ?? returnOf(facts, spoken) ?? maintenance(facts);
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
 * not come to it keeps its order: alone it has no majority, so it makes none. One that is to begin with a snapshot waits
 * as well once the others have it, for its address expires: it starts with what it has restored by then, or says that it
 * has nothing, and is let in again as one that lost its data.
 */
function withdrawal({ wanted, orders, observed }: EtcdFacts): EtcdStep | undefined {
  const started = wanted.filter((name) => {
    const [member, order = hold] = [observed?.[name], orders[name]];
    if (beginsWithSnapshot({ [name]: order })) return true;
    if (!answers(member) || order === hold) return false;
    const [word, id] = order.split(" ");
    // Not by the one in whose place it is let in, which answers until it has heard that it was taken out.
    return word !== "rejoin" || id === member.memberID;
  });
  if (started.length === 0) return undefined;
  return { do: "order", orders: { ...orders, ...Object.fromEntries(started.map((name) => [name, hold])) } };
}

/** etcd itself refuses it as long as the member has not caught up. */
function promotion({ observed }: EtcdFacts, { members }: Spoken): EtcdStep | undefined {
  const learner = members.find(({ isLearner, name }) => isLearner && answers(observed?.[name]));
  return learner && { do: "promote", member: learner.name, id: learner.id };
}

/** Lets a member in again that cannot come by itself: the former one out, the new one in, and then its order. */
function returnOf(facts: EtcdFacts, { members }: Spoken): EtcdStep | undefined {
  const { namespace, wanted, record, orders, observed } = facts;
  const entryOf = (name: string) => members.find((member) => memberName(member) === name);
  const lost = wanted.find((name) => record?.members[name] && isToReturn(facts, name, entryOf(name)));
  if (!lost) return undefined;
  const entry = entryOf(lost);
  const others = members.filter((member) => member !== entry);
  const voters = others.filter(({ isLearner }) => !isLearner);
  const healthy = voters.filter((member) => answers(observed?.[memberName(member)]));
  // One at a time, and only where the others do not need this one.
  if (voters.length < others.length || healthy.length < majority(wanted.length)) return undefined;
  if (!entry) return { do: "add", member: lost };
  // It has run since it was let in, and its data is gone: nothing that it promised the others can be kept.
  if (entry.name) return { do: "remove", member: lost, id: entry.id };
  const order = rejoinOrder(entry.id, [...others.map(memberName), lost], namespace);
  return orders[lost] === order ? undefined : { do: "order", orders: { ...orders, [lost]: order } };
}

/**
 * True of a member that has lost its volume, that was taken out while it was away, that was let in and has not come
 * yet, and of one that cannot start on what it has while the others agree. One that is only silent keeps its place.
 */
function isToReturn(facts: EtcdFacts, name: string, entry: Spoken["members"][number] | undefined): boolean {
  const member = facts.observed?.[name];
  if (!entry || isEmpty(member)) return true;
  // It may have come, and not told its name yet.
  if (entry.isLearner && !entry.name) return !(answers(member) && member.memberID === entry.id);
  return (facts.damaged?.includes(name) ?? false) && agreeing(facts).length >= majority(facts.wanted.length);
}

/**
 * Brings the quorum back from the one member that has its data. One of the empty ones is told to be the member that it
 * was: it votes for the survivor, whose log is the longer, and takes over all of that, so that not even the last write
 * is lost that was acknowledged; a start with --force-new-cluster would throw away what the survivor does not know to
 * be committed.
 */
function rescue(facts: EtcdFacts): EtcdStep | undefined {
  const found = survivor(facts);
  if (!found || "reason" in found) return undefined;
  const { namespace, orders } = facts;
  const order = existingOrder(found.members, namespace);
  if (orders[found.back] === order) return undefined;
  return { do: "rescue", member: found.name, orders: { ...orders, [found.back]: order } };
}

/** Takes out the one that differs from two that agree, and lets etcd write again once only such are left. */
function cure(facts: EtcdFacts, { members }: Spoken): EtcdStep | undefined {
  const voters = members.filter(({ isLearner }) => !isLearner);
  const odd = oddOne(facts);
  const entry = voters.find((member) => memberName(member) === odd);
  if (entry) return { do: "remove", member: memberName(entry), id: entry.id };
  const agreed = agreeing(facts);
  const remaining = voters.map(memberName).filter((name) => !isEmpty(facts.observed?.[name]));
  const isCured = remaining.length > 1 && remaining.every((name) => agreed.includes(name));
  return isCured ? { do: "disarm", alarm: "CORRUPT" } : undefined;
}
