import type { Orders } from "../../../control-plane/etcd/orders.ts";
import { type Answering, answers, type Observation } from "../../../etcd/observe-members.ts";
import type { EtcdRecord } from "../durable-record.ts";

/** All that is known of a control plane's etcd; what is done and said about it follows from this alone. */
export interface EtcdFacts {
  namespace: string;
  /** The names of the members that the spec asks for: one or three. */
  wanted: string[];
  /** What the etcd has once been; nothing before its first quorum. */
  record?: EtcdRecord;
  /** What each member is told to do with an empty volume. */
  orders: Orders;
  /** How each wanted member was found; nothing before the first look. */
  observed?: Observation;
}

/** Every member that answers, by name. */
export function answering({ observed = {} }: Pick<EtcdFacts, "observed">): [string, Answering][] {
  return Object.entries(observed).flatMap(([name, member]): [string, Answering][] =>
    answers(member) ? [[name, member]] : [],
  );
}

/** A member that votes, knows a leader and can speak for the cluster: there is one only where there is a quorum. */
export function spokesman(facts: Pick<EtcdFacts, "observed">): Required<Answering> | undefined {
  const found = answering(facts).find(([, { leader, members }]) => leader && members);
  return found?.[1] as Required<Answering> | undefined;
}

/** How many of that many members are a majority. */
export const majority = (members: number) => Math.floor(members / 2) + 1;

export const sameNames = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name) => b.includes(name));
