import type { HostedControlPlane } from "../../../api/hosted-control-plane.ts";
import { answers } from "../../../etcd/observe-members.ts";
import { answering, type EtcdFacts, spokesman } from "./etcd-facts.ts";
import { roundedSize } from "./rounded-size.ts";

export type EtcdStatus = NonNullable<NonNullable<HostedControlPlane["status"]>["etcd"]>;

/**
 * What is told of etcd's members in the status. Nothing of it changes while nothing happens that concerns a reader: a
 * revision, which changes with every write, is in the durable record.
 */
export function etcdStatus(facts: EtcdFacts, lastDefragmentation?: string): EtcdStatus {
  const { wanted, record, observed } = facts;
  const found = answering(facts);
  const leader = spokesman(facts)?.leader;
  const leading = found.find(([, { memberID }]) => memberID === leader)?.[0];
  const clusterID = record?.clusterID ?? found[0]?.[1].clusterID;
  const alarms = [...new Set(found.flatMap(([, each]) => each.alarms))].sort();
  const [limit] = found.map(([, { quotaBytes }]) => quotaBytes);
  const members = wanted.map((name): NonNullable<EtcdStatus["members"]>[number] => {
    const member = observed?.[name];
    const id = record?.members[name]?.id;
    if (!answers(member)) return { name, ...(id && { id }), state: "Away" };
    const state = member.isLearner ? "Learner" : "Voter";
    return { name, id: member.memberID, state, databaseSize: roundedSize(member.databaseBytes) };
  });
  return {
    ...(clusterID && { clusterID }),
    ...(leading && { leader: leading }),
    members,
    ...(alarms.length > 0 && { alarms }),
    ...(limit && { databaseLimit: `${Math.floor(limit / 1024 ** 2)}Mi` }),
    ...(lastDefragmentation && { lastDefragmentation }),
  };
}
