import type { Orders } from "../../../control-plane/etcd/orders.ts";
import type { DataHash } from "../../../etcd/etcd-client.ts";
import { type Answering, answers, isEmpty, type Observation } from "../../../etcd/observe-members.ts";
import type { EtcdRecord } from "../durable-record.ts";

/** All that is known of a control plane's etcd; what is done and said about it follows from this alone. */
export interface EtcdFacts {
  namespace: string;
  /** The names of the members that the spec asks for: one or three. */
  wanted: string[];
  /** What the etcd has once been; nothing before its first quorum. */
  record?: EtcdRecord;
  /** What each member is told to do before it starts. */
  orders: Orders;
  /** How each wanted member was found; nothing before the first look. */
  observed?: Observation;
  /** The revision that is on record. */
  keptRevision?: number;
  /** Members that end whenever they start, because of what is in their volumes. */
  damaged?: string[];
  /** What members have, where it was asked: only where some may differ. */
  hashes?: Record<string, DataHash>;
  /** Somebody works on etcd by hand. */
  isPaused?: boolean;
  /** The revision up to which everything was compacted, by us. */
  compacted?: number;
}

/** Every member that answers, by name. */
export function answering({ observed = {} }: Pick<EtcdFacts, "observed">): [string, Answering][] {
  return Object.entries(observed).flatMap(([name, member]): [string, Answering][] =>
    answers(member) ? [[name, member]] : [],
  );
}

/**
 * A member that votes, knows a leader and can speak for the cluster: there is one only where there is a quorum. The
 * leader itself, where it answers: a member that still takes over what happened before tells of former members.
 */
export function spokesman(facts: Pick<EtcdFacts, "observed">): Required<Answering> | undefined {
  const able = answering(facts).flatMap(([, member]) => (member.leader && member.members ? [member] : []));
  const latest = able.reduce<Answering | undefined>((a, b) => (a && a.revision >= b.revision ? a : b), undefined);
  return (able.find(leads) ?? latest) as Required<Answering> | undefined;
}

/** True for the member that leads. */
export const leads = ({ leader, memberID }: Answering) => leader === memberID;

/** The members that have lost their volumes: they were there, and say themselves that they have nothing now. */
export function lostVolumes({ wanted, record, observed }: EtcdFacts): string[] {
  return wanted.filter((name) => record?.members[name] && isEmpty(observed?.[name]));
}

/** How many of that many members are a majority. */
export const majority = (members: number) => Math.floor(members / 2) + 1;

export const sameNames = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name) => b.includes(name));
