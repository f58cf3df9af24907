import type { EtcdClient, ListedMember, MemberStatus } from "./etcd-client.ts";

/** How one member was found. */
export type MemberObservation = Answering | Silent;

export interface Answering extends MemberStatus {
  /** As this member knows them; nothing of a learner, which does not tell. */
  members?: ListedMember[];
}

export interface Silent {
  /** Why it does not answer, in a sentence. */
  problem: string;
  /** Its volume is empty, and it waits to be told what to do. */
  isEmpty: boolean;
  /** What it says that it does before it begins, in the words of its start script. */
  says?: string;
  /** It has started on its data, and answers nobody before it has a quorum. */
  alone?: { memberID: string; revision: number };
}

/** Every member that there should be, by its name. */
export type Observation = Record<string, MemberObservation>;

/** Where a member that does not begin yet says why: on etcd's port for metrics and health. */
export const waitingPath = "/waiting";
/** What one says there that has an empty volume and no order. */
export const noData = "no data";
const metricsPort = 2381;

/** Asks all members at the same time how they are. Never rejects. */
export async function observeMembers(client: EtcdClient, hosts: Record<string, string>): Promise<Observation> {
  const entries = Object.entries(hosts).map(async ([name, host]) => [name, await observe(client, host)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function observe(client: EtcdClient, host: string): Promise<MemberObservation> {
  try {
    const status = await client.status(host);
    return status.isLearner ? status : { ...status, members: await client.members(host) };
  } catch (error) {
    const { message } = error as Error;
    const text = await client.text(host, metricsPort, waitingPath).catch(() => undefined);
    const says = text?.trim();
    if (says) return { problem: message, isEmpty: says === noData, says };
    const alone = aloneOf(await client.text(host, metricsPort, "/metrics").catch(() => undefined));
    return { problem: message, isEmpty: false, ...(alone && { alone }) };
  }
}

/** Who it is and what it has, in the metrics of a member without a leader. */
function aloneOf(metrics = ""): Silent["alone"] {
  const [, memberID] = /^etcd_server_id\{server_id="([0-9a-f]+)"\} 1$/m.exec(metrics) ?? [];
  const [, revision] = /^etcd_debugging_mvcc_current_revision (\S+)$/m.exec(metrics) ?? [];
  const isAlone = /^etcd_server_has_leader 0$/m.test(metrics);
  return isAlone && memberID && revision ? { memberID, revision: Number(revision) } : undefined;
}

/** True for a member that answers. */
export function answers(member: MemberObservation | undefined): member is Answering {
  return member !== undefined && "clusterID" in member;
}

/** True for a member that answers and has all that the others have. */
export function votes(member: MemberObservation | undefined): boolean {
  return answers(member) && !member.isLearner;
}

/** True for a member whose volume is empty. */
export function isEmpty(member: MemberObservation | undefined): boolean {
  return member !== undefined && !answers(member) && member.isEmpty;
}
