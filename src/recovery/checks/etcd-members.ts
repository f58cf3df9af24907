import { answers, observeMembers } from "../../etcd/observe-members.ts";
import { type Check, failed, passed } from "./check.ts";

/** Every member that there should be votes in one and the same cluster, the one on record, and there are no others. */
export const etcdMembers: Check = {
  name: "etcd-members",
  title: "Every member of etcd votes in one cluster",
  asks: "etcd",
  async run({ etcd: { client, hosts, record } }) {
    const observed = await observeMembers(client, hosts);
    const wanted = Object.keys(hosts);
    const problems = wanted.flatMap((name) => {
      const member = observed[name];
      if (!answers(member)) return [member?.problem ?? `${name} is not known`];
      if (member.isLearner) return [`${name} takes over the data of the others and does not vote yet`];
      if (!member.leader) return [`${name} knows no leader`];
      if (member.alarms.length > 0) return [`${name} has the alarm ${member.alarms.join(", ")}`];
      if (record && member.clusterID !== record.clusterID)
        return [`${name} belongs to the cluster ${member.clusterID}, and on record is ${record.clusterID}`];
      const listed = (member.members ?? []).map(({ name: other, id }) => other || id).sort();
      if (listed.join() !== [...wanted].sort().join())
        return [`${name} knows the members ${listed.join(", ")}, and there should be ${wanted.join(", ")}`];
      return [];
    });
    const clusters = new Set(Object.values(observed).flatMap((member) => (answers(member) ? [member.clusterID] : [])));
    if (clusters.size > 1) problems.push(`there are ${clusters.size} clusters: ${[...clusters].join(", ")}`);
    if (problems.length > 0) return failed(problems.join("; "));
    return passed(`${wanted.length === 1 ? "1 member votes" : `${wanted.length} members vote`} in ${[...clusters][0]}`);
  },
};
