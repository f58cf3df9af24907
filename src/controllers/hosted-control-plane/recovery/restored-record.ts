import type { EtcdRecord } from "../durable-record.ts";
import { answering, type EtcdFacts, sameNames, spokesman } from "../etcd/etcd-facts.ts";
import { memberName } from "../etcd/member-name.ts";

/**
 * What is to be on record of an etcd whose data was changed for other: only where every wanted member votes in one
 * cluster, and is at a revision that tells that it has the other data.
 */
export function restoredRecord(facts: EtcdFacts, hasData: (revision: number) => boolean): EtcdRecord | undefined {
  const { wanted } = facts;
  const members = answering(facts);
  const [first] = members;
  if (!first || members.length !== wanted.length) return undefined;
  const { clusterID } = first[1];
  const isWhole = members.every(
    ([, member]) => member.clusterID === clusterID && member.leader && !member.isLearner && hasData(member.revision),
  );
  const listed = spokesman(facts)?.members ?? [];
  if (!isWhole || !sameNames(listed.map(memberName), wanted)) return undefined;
  return { clusterID, members: Object.fromEntries(listed.map((member) => [memberName(member), { id: member.id }])) };
}
