import { isToJoin } from "../../../control-plane/etcd/orders.ts";
import type { ListedMember } from "../../../etcd/etcd-client.ts";
import { isEmpty } from "../../../etcd/observe-members.ts";
import { answering, type EtcdFacts, majority, sameNames, spokesman } from "./etcd-facts.ts";
import { memberName } from "./member-name.ts";
import { oddOne } from "./odd-one.ts";

/** What is wrong, in words for a condition. */
export interface Contradiction {
  reason: "EtcdForeignCluster" | "EtcdCorrupt" | "EtcdWrongMembers";
  message: string;
}

/**
 * Where etcd is not the one that the record or the spec tells of. Such an etcd is never called healthy, and nothing is
 * changed in it: whatever was done could destroy the data that somebody has to save.
 */
export function contradiction(facts: EtcdFacts): Contradiction | undefined {
  return foreignCluster(facts) ?? corrupt(facts) ?? wrongMembers(facts);
}

function foreignCluster(facts: EtcdFacts): Contradiction | undefined {
  const members = answering(facts);
  const own = facts.record?.clusterID ?? members[0]?.[1].clusterID;
  const foreign = members.find(([, { clusterID }]) => clusterID !== own);
  if (!foreign) return undefined;
  const [name, { clusterID }] = foreign;
  const known = facts.record ? `this control plane's etcd has been ${own}` : `${members[0]?.[0]} says ${own}`;
  return {
    reason: "EtcdForeignCluster",
    message: `${name} has the data of the etcd cluster ${clusterID}, and ${known}: put its former volume back as PersistentVolumeClaim data-${name}${facts.wanted.length > 1 ? `, or ${joinAgain(name)}` : ""}`,
  };
}

function corrupt(facts: EtcdFacts): Contradiction | undefined {
  if (!answering(facts).some(([, { alarms }]) => alarms.includes("CORRUPT"))) return undefined;
  const odd = oddOne(facts);
  if (odd) {
    const message = `${odd} has other data than the other members of etcd, which agree (alarm CORRUPT): it is taken out and joins them again, and what it had is put aside; nothing has to be done`;
    return { reason: "EtcdCorrupt", message };
  }
  const message =
    "The members of etcd have different data (alarm CORRUPT) and take no writes: delete the PersistentVolumeClaim and the pod of the member that differs, which `etcdctl endpoint hashkv --cluster` tells; it takes over the data of the others then";
  return { reason: "EtcdCorrupt", message };
}

function wrongMembers(facts: EtcdFacts): Contradiction | undefined {
  const { wanted, record, observed } = facts;
  const recorded = Object.keys(record?.members ?? {});
  if (record && !sameNames(recorded, wanted)) {
    return wrong(
      `etcd was made with ${count(recorded.length)} (${recorded.join(", ")}), and spec.controllerAvailabilityPolicy asks for ${wanted.length}: put the policy back to ${recorded.length === 1 ? "SingleReplica" : "HighlyAvailable"}`,
    );
  }
  const list = spokesman({ observed })?.members;
  if (!list) return undefined;
  const strangers = list.filter((member) => !wanted.includes(memberName(member)));
  const [stranger] = strangers;
  if (stranger) {
    const name = stranger.name || stranger.peerURLs.join(",");
    return wrong(
      `etcd has a member ${name} that does not belong to this control plane: take it out with etcdctl member remove ${stranger.id}`,
    );
  }
  const voters = list.filter(({ isLearner }) => !isLearner).map(memberName);
  // One that is on record comes back, whoever took it out: it is missing for a while, and the others go on serving.
  const missing = wanted.filter((name) => !voters.includes(name));
  const gone = missing.find((name) => !record?.members[name] && !comesBack(facts, list, name));
  if (voters.length === wanted.length || (!gone && voters.length >= majority(wanted.length))) return undefined;
  return wrong(
    `etcd has ${count(voters.length)} with a vote, and there should be ${wanted.length}: ${missing.join(", ")} was taken out; ${joinAgain(missing[0] ?? "")}`,
  );
}

function comesBack({ orders, observed }: EtcdFacts, list: readonly ListedMember[], name: string): boolean {
  const isLearning = list.some((member) => member.isLearner && memberName(member) === name);
  return isLearning || isToJoin(orders[name]) || isEmpty(observed?.[name]);
}

const joinAgain = (name: string) =>
  `delete the PersistentVolumeClaim data-${name} and the pod ${name}, so that it joins the others again`;

const count = (members: number) => `${members} ${members === 1 ? "member" : "members"}`;
const wrong = (message: string): Contradiction => ({ reason: "EtcdWrongMembers", message });
