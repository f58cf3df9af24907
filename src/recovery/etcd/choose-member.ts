import { type Answering, answers, type Observation, votes } from "../../etcd/observe-members.ts";

/** How many writes a follower may be behind and still be asked: it has caught up in a moment, for which `acknowledgedRevision` waits. */
const closeBehind = 1_000;

/**
 * The member that a snapshot is taken from: one that follows, so that the leader, which every write waits for, has
 * nothing else to do; the leader where there is no other, or none that keeps up. Throws where etcd is not well: what
 * was acknowledged might not be in the snapshot, or be another cluster's.
 */
export function chooseMember(observed: Observation, clusterID: string): string {
  const found = Object.entries(observed).filter((each): each is [string, Answering] => answers(each[1]));
  const stranger = found.find(([, member]) => member.clusterID !== clusterID);
  if (stranger) {
    const [name, member] = stranger;
    throw new Error(
      `Cannot take a snapshot of etcd: ${name} answers for the cluster ${member.clusterID}, and on record is ${clusterID}; see EtcdAvailable of the HostedCluster`,
    );
  }
  const corrupt = found.find(([, { alarms }]) => alarms.includes("CORRUPT"));
  if (corrupt) {
    throw new Error(
      `Cannot take a snapshot of etcd: ${corrupt[0]} has raised the alarm CORRUPT; see EtcdDataCorrupt of the HostedCluster`,
    );
  }
  const led = found.filter(([, member]) => votes(member) && member.leader);
  const newest = Math.max(...led.map(([, { revision }]) => revision));
  const keepUp = led.filter(([, { revision }]) => revision >= newest - closeBehind);
  const followers = keepUp.filter(([, { leader, memberID }]) => leader !== memberID);
  const [chosen] = [...(followers.length > 0 ? followers : keepUp)].sort(([, a], [, b]) => b.revision - a.revision);
  if (chosen) return chosen[0];
  const silent = Object.values(observed).find((member) => !answers(member));
  const why = silent && !answers(silent) ? silent.problem : "no member knows of a leader";
  throw new Error(
    `Cannot take a snapshot of etcd, which has no quorum: ${why}; see EtcdAvailable of the HostedCluster`,
  );
}
