import { answers, isEmpty, votes } from "../../../etcd/observe-members.ts";
import { contradiction } from "./contradiction.ts";
import { answering, type EtcdFacts, majority, spokesman } from "./etcd-facts.ts";
import { memberName } from "./member-name.ts";
import { restoreState } from "./restore-state.ts";

/** Whether etcd can be relied on, and if not why, in the words of the condition EtcdAvailable. */
export interface EtcdHealth {
  available: boolean;
  reason: string;
  message: string;
}

export interface EtcdLook extends EtcdFacts {
  /** Whether the management cluster holds a majority of the pods for ready, and its sentence about that. */
  pods: { ready: boolean; message: string };
  /** What keeps a pod from being ready, by member. */
  podProblems: Record<string, PodProblem>;
  /** The highest revision that was seen, where etcd has fallen behind it. */
  revisionBefore?: number;
}

export interface PodProblem {
  reason: "EtcdDiskFull" | "EtcdWaitingForQuorum";
  message: string;
}

/** Health as the members themselves tell it, measured by the record: a majority of ready pods is not enough. */
export function etcdHealth(look: EtcdLook): EtcdHealth {
  const problem =
    contradiction(look) ??
    restoring(look) ??
    rolledBack(look) ??
    lostVolumes(look) ??
    noQuorum(look) ??
    noSpace(look) ??
    noRecord(look);
  if (problem) return { available: false, ...problem };
  const away = look.wanted.filter((name) => look.observed && !votes(look.observed[name]));
  const message = away.length === 0 ? "etcd has a quorum" : `etcd has a quorum; ${away.map(stateIn(look)).join("; ")}`;
  return { available: true, reason: "QuorumAvailable", message };
}

type Problem = Omit<EtcdHealth, "available"> | undefined;

function restoring({ observed }: EtcdLook): Problem {
  if (spokesman({ observed })) return undefined;
  return restoreState(observed);
}

function rolledBack({ revisionBefore, observed = {} }: EtcdLook): Problem {
  if (revisionBefore === undefined) return undefined;
  const now = Math.max(0, ...answering({ observed }).map(([, { revision }]) => revision));
  const message = `etcd is at revision ${now} and was at ${revisionBefore}: it was put back to an older state, or lost what it had promised to keep; if that was meant, set spec.pausedUntil of the HostedCluster to "true" and take it away again`;
  return { reason: "EtcdRolledBack", message };
}

/** Members that have been there, and have nothing now, in a number that the others cannot make good. */
function lostVolumes(look: EtcdLook): Problem {
  const { wanted, record, observed } = look;
  const lost = wanted.filter((name) => record?.members[name] && isEmpty(observed?.[name]));
  if (wanted.length - lost.length >= majority(wanted.length)) return undefined;
  const claims = lost.map((name) => `data-${name}`).join(", ");
  const back = `put the former ${lost.length === 1 ? "volume" : "volumes"} back as PersistentVolumeClaim ${claims} and delete the ${lost.length === 1 ? "pod" : "pods"} ${lost.join(", ")}`;
  if (wanted.length === 1) {
    return {
      reason: "EtcdVolumeLost",
      message: `The volume of ${lost[0]} is empty, and there is no other member with the data: ${back}, or restore a snapshot into it with etcdutl; nothing new is begun in its place`,
    };
  }
  return {
    reason: "EtcdQuorumLost",
    message: `etcd has lost its quorum: the volumes of ${lost.join(" and ")} are empty, so nothing is written any more: ${back}; the data of ${wanted.filter((name) => !lost.includes(name)).join(" and ") || "none of them"} is kept as it is`,
  };
}

function noQuorum(look: EtcdLook): Problem {
  const { wanted, observed, pods, podProblems } = look;
  if (pods.ready && (!observed || spokesman(look))) return undefined;
  const [first] = wanted.flatMap((name) => (podProblems[name] ? [podProblems[name]] : []));
  const states = pods.ready
    ? wanted.filter((name) => !answers(observed?.[name])).map(stateIn(look))
    : Object.values(podProblems).map(({ message }) => message);
  return {
    reason: first?.reason ?? "EtcdWaitingForQuorum",
    message: [pods.ready ? "The pods of etcd are ready, and none of them leads" : pods.message, ...states].join("; "),
  };
}

function noSpace({ observed = {} }: EtcdLook): Problem {
  const full = answering({ observed }).filter(([, { alarms }]) => alarms.includes("NOSPACE"));
  if (full.length === 0) return undefined;
  const [, { quotaBytes }] = full[0] as (typeof full)[number];
  const message = `etcd takes no more writes (alarm NOSPACE): the database has reached its limit of ${Math.round(quotaBytes / 1024 ** 2)} MiB; delete objects that nobody needs, then run etcdctl compact, etcdctl defrag --cluster and etcdctl alarm disarm in the pod etcd-0`;
  return { reason: "EtcdNoSpace", message };
}

/** Until what it is has been written down, nobody is to rely on it. */
function noRecord(look: EtcdLook): Problem {
  if (look.record) return undefined;
  return { reason: "EtcdWaitingForQuorum", message: whyNoRecord(look) };
}

function whyNoRecord(look: EtcdLook): string {
  const { wanted, observed } = look;
  if (!observed) return "The pods of etcd are ready, and its members are being asked";
  const voters = spokesman(look)?.members.filter(({ isLearner }) => !isLearner) ?? [];
  const missing = wanted.filter((name) => !voters.map(memberName).includes(name));
  if (missing.length === 0) return "etcd has a quorum, and its identity is being written down";
  return `etcd has a quorum, and cannot be written down before every member votes: ${missing.map(stateIn(look)).join("; ")}`;
}

/** A member that does not answer, in a clause. */
function stateIn({ observed = {}, orders, podProblems }: EtcdLook) {
  return (name: string): string => {
    const member = observed[name];
    if (answers(member)) return `${name} takes over the data of the others`;
    if (orders[name]?.startsWith("existing ")) return `${name} joins the others again`;
    if (isEmpty(member)) return `the volume of ${name} is empty, and it waits to join the others again`;
    return podProblems[name]?.message ?? member?.problem ?? `${name} is not known`;
  };
}
