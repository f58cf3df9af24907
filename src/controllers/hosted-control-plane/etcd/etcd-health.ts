import { isToJoin } from "../../../control-plane/etcd/orders.ts";
import { answers, isEmpty, votes } from "../../../etcd/observe-members.ts";
import { contradiction } from "./contradiction.ts";
import { answering, type EtcdFacts, lostVolumes, majority, spokesman } from "./etcd-facts.ts";
import { hasTooMuch } from "./maintenance.ts";
import { memberName } from "./member-name.ts";
import { restoreState } from "./restore-state.ts";
import { survivor } from "./survivor.ts";

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
    lostQuorum(look) ??
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
function lostQuorum(look: EtcdLook): Problem {
  const { namespace, wanted } = look;
  const lost = lostVolumes(look);
  if (wanted.length - lost.length >= majority(wanted.length)) return undefined;
  const volume = lost.length === 1 ? "volume" : "volumes";
  const claims = lost.map((name) => `data-${name}`).join(", ");
  const back = `put the former ${volume} back as PersistentVolumeClaim ${claims} and run kubectl delete pod ${lost.join(" ")} -n ${namespace}`;
  const empty = `the ${volume} of ${lost.join(" and ")} ${lost.length === 1 ? "is" : "are"} empty`;
  if (lost.length === wanted.length) {
    return {
      reason: "EtcdVolumeLost",
      message: `Nothing is left of etcd's data: ${empty}; ${back}, or restore a backup, as the condition EtcdDataLost of the HostedCluster says; nothing new is begun in its place`,
    };
  }
  const found = survivor(look);
  const others = wanted.filter((name) => !lost.includes(name)).join(" and ");
  const message = found
    ? "reason" in found
      ? `${found.reason}; or ${back}`
      : `it is brought back from the data of ${found.name}, and nothing has to be done`
    : `it is brought back from the data of ${others} as soon as that answers; or ${back}`;
  return { reason: "EtcdQuorumLost", message: `etcd has lost its quorum, for ${empty}: ${message}` };
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

function noSpace(look: EtcdLook): Problem {
  const full = answering(look).find(([, { alarms }]) => alarms.includes("NOSPACE"));
  if (!full) return undefined;
  const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
  const used = Math.max(...answering(look).map(([, { usedBytes }]) => usedBytes));
  const what = hasTooMuch(look)
    ? `${mebibytes(used)} of it are in use: delete objects that nobody needs (kubectl get --raw /metrics in the hosted cluster, lines apiserver_storage_objects, tells of which kind there are many); it takes writes again by itself then`
    : "what nobody can ask for any more is cleared away, and nothing has to be done";
  return {
    reason: "EtcdNoSpace",
    message: `etcd takes no more writes (alarm NOSPACE): the database has reached its limit of ${mebibytes(full[1].quotaBytes)}; ${what}`,
  };
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
    if (isToJoin(orders[name])) return `${name} joins the others again`;
    if (isEmpty(member)) return `the volume of ${name} is empty, and it waits to join the others again`;
    return podProblems[name]?.message ?? member?.problem ?? `${name} is not known`;
  };
}
