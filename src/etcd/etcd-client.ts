import { request as httpRequest, type IncomingMessage } from "node:http";
import { Agent, request } from "node:https";

/** Who calls etcd, and whom it trusts; PEM. */
export interface EtcdAccess {
  ca: string;
  certificate: string;
  key: string;
}

/** A member as the members' list names it. Identifiers are in hexadecimal, as etcdctl prints them. */
export interface ListedMember {
  id: string;
  /** Empty until it has started. */
  name: string;
  peerURLs: string[];
  /** It takes over the data and does not vote yet. */
  isLearner: boolean;
}

/** What one member says of itself. */
export interface MemberStatus {
  clusterID: string;
  memberID: string;
  /** Nothing where it knows of none, as without a quorum. */
  leader?: string;
  isLearner: boolean;
  revision: number;
  alarms: EtcdAlarm[];
  databaseBytes: number;
  /** How much of that holds something: the rest goes back to the volume when the database is defragmented. */
  usedBytes: number;
  /** The size at which etcd refuses writes. */
  quotaBytes: number;
}

export type EtcdAlarm = "NOSPACE" | "CORRUPT";

export interface EtcdClientOptions {
  /** Where a host's port is, where it is not where its name says. */
  addressOf?: (host: string, port: number) => { host: string; port: number };
  timeoutMs?: number;
  /** Says why members may not be changed any more; asked before each change. */
  admit?: () => Error | undefined;
}

/** What a member has, in a number that members with the same data have in common. */
export interface DataHash {
  hash: number;
  /** From here on it counts: of members that were not compacted alike the hashes tell nothing. */
  compactRevision: number;
}

/** Calls members of an etcd through their gRPC gateway: JSON over HTTPS, which needs no library. */
export class EtcdClient {
  readonly #access: EtcdAccess;
  readonly #addressOf: NonNullable<EtcdClientOptions["addressOf"]>;
  readonly #timeoutMs: number;
  readonly #admit: NonNullable<EtcdClientOptions["admit"]>;
  readonly #agent: Agent;

  constructor(access: EtcdAccess, { addressOf, timeoutMs = 3_000, admit }: EtcdClientOptions = {}) {
    this.#access = access;
    this.#addressOf = addressOf ?? ((host, port) => ({ host, port }));
    this.#timeoutMs = timeoutMs;
    this.#admit = admit ?? (() => undefined);
    // A call of each kind in turn: kept for the next, and closed soon where none comes.
    this.#agent = new Agent({ keepAlive: true, maxFreeSockets: 1, timeout: 60_000 });
  }

  /** Also answered by a member without quorum, and by a learner. */
  async status(host: string): Promise<MemberStatus> {
    const answer = await this.call<StatusAnswer>(host, "maintenance/status", {});
    const { leader } = answer;
    return {
      clusterID: hexOf(answer.header.cluster_id),
      memberID: hexOf(answer.header.member_id),
      ...(leader && leader !== "0" && { leader: hexOf(leader) }),
      isLearner: answer.isLearner ?? false,
      revision: Number(answer.header.revision ?? 0),
      alarms: alarms.filter((alarm) => answer.errors?.some((error) => error.includes(`alarm:${alarm}`))),
      databaseBytes: Number(answer.dbSize ?? 0),
      usedBytes: Number(answer.dbSizeInUse ?? 0),
      quotaBytes: Number(answer.dbSizeQuota ?? 0),
    };
  }

  /** The members as this one knows them; it need not have a quorum. */
  async members(host: string): Promise<ListedMember[]> {
    const { members } = await this.call<MembersAnswer>(host, "cluster/member/list", { linearizable: false });
    return members.map(listed);
  }

  /** Adds a member that does not vote yet; the members after that. */
  async addLearner(host: string, peerURL: string): Promise<ListedMember[]> {
    const body = { peerURLs: [peerURL], isLearner: true };
    return (await this.#change<MembersAnswer>(host, "cluster/member/add", body)).members.map(listed);
  }

  /** Lets a learner vote. Refused while it has not caught up. */
  async promote(host: string, id: string): Promise<void> {
    await this.#change(host, "cluster/member/promote", { ID: decimalOf(id) });
  }

  /** Takes a member out of the cluster for good: its data is of no use any more. */
  async remove(host: string, id: string): Promise<void> {
    await this.#change(host, "cluster/member/remove", { ID: decimalOf(id) });
  }

  /** Reads all that the member has up to a revision; up to its own where that is 0. */
  async hash(host: string, revision = 0): Promise<DataHash> {
    const answer = await this.call<HashAnswer>(host, "maintenance/hashkv", { revision: `${revision}` }, longMs);
    return { hash: answer.hash ?? 0, compactRevision: Number(answer.compact_revision ?? 0) };
  }

  /** Forgets what was overwritten or deleted before a revision, in every member. */
  async compact(host: string, revision: number): Promise<void> {
    await this.#change(host, "kv/compaction", { revision: `${revision}`, physical: true }, longMs);
  }

  /** Gives back what the member's database does not use. Meanwhile this member answers nothing else. */
  async defragment(host: string): Promise<void> {
    await this.#change(host, "maintenance/defragment", {}, longMs);
  }

  /** Takes an alarm back, whichever member raised it. */
  async disarm(host: string, alarm: EtcdAlarm): Promise<void> {
    const { alarms = [] } = await this.call<AlarmsAnswer>(host, "maintenance/alarm", { action: "GET" });
    for (const { memberID = "0" } of alarms.filter((each) => each.alarm === alarm)) {
      await this.#change(host, "maintenance/alarm", { action: "DEACTIVATE", memberID, alarm });
    }
  }

  /** The text at this path of the member's plain HTTP port; nothing where it has none. */
  async text(host: string, port: number, path: string): Promise<string | undefined> {
    const address = this.#addressOf(host, port);
    return new Promise((resolve, reject) => {
      const call = httpRequest({ ...address, path, agent: false, signal: AbortSignal.timeout(this.#timeoutMs) });
      call.on("response", (response) => {
        textOf(response).then((text) => resolve(response.statusCode === 200 ? text : undefined), reject);
      });
      call.on("error", reject);
      call.end();
    });
  }

  /** Ends the connections that are kept. */
  close(): void {
    this.#agent.destroy();
  }

  /**
   * Any other call: `call(host, "kv/put", { key, value })`. Where the member refuses it or does not answer, the error is
   * one sentence, as a condition can have it.
   */
  async call<A>(host: string, method: string, body: object, timeoutMs = this.#timeoutMs): Promise<A> {
    const name = host.split(".")[0];
    const path = `/v3/${method}`;
    const { status, text } = await this.#post(host, path, JSON.stringify(body), timeoutMs).catch((error: Error) => {
      throw new Error(`${name} does not answer: ${reasonOf(error)}`, { cause: error });
    });
    if (status === 200) return JSON.parse(text) as A;
    throw new Error(`${name} refuses ${method}: ${messageOf(text) ?? `status ${status}`}`);
  }

  /** A call that is answered bit by bit, such as `watch`, until the member ends it or the signal aborts. */
  async *stream<A>(host: string, method: string, body: object, { signal }: { signal: AbortSignal }): AsyncGenerator<A> {
    const name = host.split(".")[0];
    const failed = (error: Error) => {
      signal.throwIfAborted();
      throw new Error(`${name} does not answer: ${reasonOf(error)}`, { cause: error });
    };
    const response = await this.#open(host, `/v3/${method}`, JSON.stringify(body), signal).catch(failed);
    try {
      if (response.statusCode !== 200) {
        const text = await textOf(response).catch(failed);
        throw new Error(`${name} refuses ${method}: ${messageOf(text) ?? `status ${response.statusCode}`}`);
      }
      for await (const line of linesOf(response, { name, failed })) yield JSON.parse(line) as A;
    } finally {
      response.destroy();
    }
  }

  async #change<A>(host: string, method: string, body: object, timeoutMs?: number): Promise<A> {
    const refusal = this.#admit();
    if (refusal) throw refusal;
    return this.call(host, method, body, timeoutMs);
  }

  /** On a connection of its own, which ends with the answer. */
  #open(host: string, path: string, body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { ca, certificate, key } = this.#access;
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const to = { ...this.#addressOf(host, 2379), servername: host, method: "POST", path, headers };
    return new Promise((resolve, reject) => {
      const call = request({ ...to, agent: false, ca, cert: certificate, key, signal });
      // Once it is answered, silence is no fault.
      const silence = setTimeout(() => call.destroy(new DOMException("", "TimeoutError")), this.#timeoutMs);
      call.on("response", (response) => {
        clearTimeout(silence);
        resolve(response);
      });
      call.on("error", (error) => {
        clearTimeout(silence);
        reject(error);
      });
      call.end(body);
    });
  }

  #post(host: string, path: string, body: string, timeoutMs: number): Promise<{ status: number; text: string }> {
    const { ca, certificate, key } = this.#access;
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const call = request({
        ...this.#addressOf(host, 2379),
        servername: host,
        method: "POST",
        path,
        headers,
        agent: this.#agent,
        ca,
        cert: certificate,
        key,
        signal: AbortSignal.timeout(timeoutMs),
      });
      call.on("response", (response) => {
        textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
      });
      call.on("error", reject);
      call.end(body);
    });
  }
}

/** For calls that go through the whole database. */
const longMs = 120_000;
const alarms: EtcdAlarm[] = ["NOSPACE", "CORRUPT"];

// Numbers of 64 bits come as text, and what is 0 or false does not come at all.
interface StatusAnswer {
  header: { cluster_id: string; member_id: string; revision?: string };
  leader?: string;
  isLearner?: boolean;
  errors?: string[];
  dbSize?: string;
  dbSizeInUse?: string;
  dbSizeQuota?: string;
}

interface HashAnswer {
  hash?: number;
  compact_revision?: string;
}

interface AlarmsAnswer {
  alarms?: { memberID?: string; alarm?: string }[];
}

interface MembersAnswer {
  members: { ID: string; name?: string; peerURLs?: string[]; isLearner?: boolean }[];
}

function listed({ ID, name = "", peerURLs = [], isLearner = false }: MembersAnswer["members"][number]): ListedMember {
  return { id: hexOf(ID), name, peerURLs, isLearner };
}

const hexOf = (decimal: string) => BigInt(decimal).toString(16);
const decimalOf = (hex: string) => BigInt(`0x${hex}`).toString();

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** More than etcd puts into one message where it is asked for fragments, several times over. */
const mostLineBytes = 16 * 1024 ** 2;

/** Lines as they come; what is behind the last line break was cut off. */
async function* linesOf(
  stream: AsyncIterable<Buffer>,
  { name, failed }: { name: string | undefined; failed: (error: Error) => never },
): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let bytes = 0;
  const chunks = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await chunks.next().catch(failed);
    if (done) return;
    for (let from = 0; ; ) {
      const end = value.indexOf(10, from);
      const piece = value.subarray(from, end < 0 ? undefined : end);
      rest.push(piece);
      bytes += piece.length;
      if (bytes > mostLineBytes) {
        throw new Error(
          `${name} sends a message of more than ${mostLineBytes / 1024 ** 2} MiB, which is not read: no value in etcd may be as large`,
        );
      }
      if (end < 0) break;
      const line = Buffer.concat(rest).toString();
      rest = [];
      bytes = 0;
      from = end + 1;
      if (line) yield line;
    }
  }
}

function messageOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { message?: string }).message;
  } catch {
    return undefined;
  }
}

const reasons: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "it cut the connection",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
  EHOSTUNREACH: "there is no route to it",
};

function reasonOf(error: Error & { code?: string }): string {
  if (error.name === "TimeoutError" || error.name === "AbortError") return "no answer in time";
  return reasons[error.code ?? ""] ?? error.message;
}
