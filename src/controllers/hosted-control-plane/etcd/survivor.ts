import { answers, type MemberObservation, votes } from "../../../etcd/observe-members.ts";
import type { EtcdRecord } from "../durable-record.ts";
import { type EtcdFacts, lostVolumes } from "./etcd-facts.ts";
import { memberName } from "./member-name.ts";

/** The one member that has the data of an etcd whose other voters have lost theirs. */
export interface Survivor {
  name: string;
  /** The names of all members, as it knows them. */
  members: string[];
  /** The empty one whose vote it needs. */
  back: string;
}

/**
 * The survivor from which the quorum can be brought back, why it cannot be, or nothing where that is not the question.
 * Silence is no loss: each of the others that vote has to say itself that it has nothing.
 */
export function survivor(facts: EtcdFacts): Survivor | { reason: string } | undefined {
  const { wanted, record, observed = {}, keptRevision = 0 } = facts;
  const lost = lostVolumes(facts);
  const [found, another] = wanted.flatMap((name) => seen(name, observed[name], record));
  if (!record || !found || another) return undefined;
  const { name, memberID, clusterID = record.clusterID, revision, members = wanted, voters = wanted } = found;
  const others = voters.filter((each) => each !== name);
  const [back] = others;
  if (!back || !others.every((other) => lost.includes(other))) return undefined;
  const isItself = record.clusterID === clusterID && record.members[name]?.id === memberID;
  if (!isItself) return { reason: `${name} is not the member that is on record` };
  if (revision < keptRevision) {
    return {
      reason: `${name} is at revision ${revision}, and etcd was at ${keptRevision}: where what was written in between may be lost, set spec.pausedUntil of the HostedCluster to "true" and take it away again`,
    };
  }
  return { name, members, back };
}

interface Seen {
  name: string;
  memberID: string;
  revision: number;
  clusterID?: string;
  /** One that has started since tells no members: those that there should be. */
  members?: string[];
  voters?: string[];
}

/** A member that has data and a vote: one that was about to take over the data of others has neither. */
function seen(name: string, member: MemberObservation | undefined, record: EtcdRecord | undefined): Seen[] {
  if (!answers(member)) {
    const isOnRecord = member?.alone !== undefined && member.alone.memberID === record?.members[name]?.id;
    return isOnRecord && member?.alone ? [{ name, ...member.alone }] : [];
  }
  if (!votes(member)) return [];
  const { memberID, clusterID, revision, members = [] } = member;
  const voters = members.filter(({ isLearner }) => !isLearner).map(memberName);
  return [{ name, memberID, clusterID, revision, members: members.map(memberName), voters }];
}
