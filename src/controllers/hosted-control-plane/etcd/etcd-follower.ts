import { type EtcdAccess, EtcdClient, type EtcdClientOptions } from "../../../etcd/etcd-client.ts";
import { answers, isEmpty, type Observation, observeMembers } from "../../../etcd/observe-members.ts";
import type { RevisionRecord } from "../durable-record.ts";
import { answering } from "./etcd-facts.ts";
import { isLoose } from "./maintenance.ts";
import { revisionToKeep } from "./revision-to-keep.ts";
import { roundedSize } from "./rounded-size.ts";

/** Which members are asked, and how. */
export interface EtcdToFollow {
  /** The host of each member. */
  hosts: Record<string, string>;
  access: EtcdAccess;
  /** What else says that something happened: where it changes, the members are asked at once. */
  sign: string;
  /** False while something is amiss or under way: they are asked more often, and passes go on without news. */
  settled: boolean;
  /**
   * The control plane is away until the members have what they are to have: they are asked as often as that is worth. A
   * recovery sees to it itself that the revision is above what is on record, which stays for that.
   */
  hurried?: boolean;
  /** What is on record of its revision. */
  kept?: RevisionRecord;
  /** Somebody may put etcd back to an older state just now. */
  paused: boolean;
}

const settledMs = 15_000;
const unsettledMs = 2_000;
const hurriedMs = 250;
/** A member that falls silent is asked once more before that is news: a busy machine may be slow to answer. */
const doubtedMs = 1_000;
/** How long a pass waits at most for the next while something is amiss that no member tells of, such as a full disk. */
const quietMs = 15_000;

/**
 * Asks the members of etcd again and again how they are, beside the passes of the controller, which take what was found
 * last. The management API has no part in it: only news brings a pass.
 */
export class EtcdFollower {
  readonly #options: EtcdClientOptions & { onNews: () => void; signal: AbortSignal };
  #followed: EtcdToFollow | undefined;
  #client: EtcdClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;
  #doubted = false;
  #latest: Observation | undefined;
  #isFresh = false;
  #saidAt = 0;
  /** Of those that are on record, too. */
  #highest = 0;
  #lower = 0;
  /** The revision that a pass has compacted everything to, for the next one. */
  compacted: number | undefined;
  /** This process has seen a revision. */
  #seen = false;

  constructor(options: EtcdClientOptions & { onNews: () => void; signal: AbortSignal }) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#stop(), { once: true });
  }

  /** What was found last. */
  get latest(): Observation | undefined {
    return this.#latest;
  }

  /** The same, where nothing was changed since: what to act on. */
  get toActOn(): Observation | undefined {
    return this.#isFresh ? this.#latest : undefined;
  }

  /** The highest revision seen, where etcd is below it in two looks. */
  get revisionBefore(): number | undefined {
    return this.#lower > 1 ? this.#highest : undefined;
  }

  /** The revision to put on record now; where the process ends, however recent what is there is. */
  revisionToKeep(now: Date, keepMs?: number): number | undefined {
    const { kept, paused = false, hurried = false } = this.#followed ?? {};
    const seen = this.#seen && !hurried && this.#lower === 0 ? this.#highest : undefined;
    return revisionToKeep({ kept, seen, paused, now }, keepMs);
  }

  /** For changes of the members; nothing before they are followed. */
  get client(): EtcdClient | undefined {
    return this.#client;
  }

  /** Follows these from now on; called in every pass. */
  follow(followed: EtcdToFollow): void {
    const before = this.#followed;
    this.#followed = followed;
    if (this.#options.signal.aborted) return;
    if (JSON.stringify(before?.access) !== JSON.stringify(followed.access)) {
      this.#client?.close();
      this.#client = new EtcdClient(followed.access, this.#options);
    }
    if (followed.paused || followed.hurried) this.#forgetRevision();
    else this.#highest = Math.max(this.#highest, followed.kept?.highest ?? 0);
    if (!before || before.sign !== followed.sign || (followed.hurried && !before.hurried)) this.#lookIn(0);
    else if (before.settled && !followed.settled) this.#lookIn(unsettledMs);
  }

  /** Something was changed: what is known is not to be acted on any more. */
  renew(afterMs = 0): void {
    this.#isFresh = false;
    this.#lookIn(afterMs);
  }

  #forgetRevision(): void {
    this.#highest = 0;
    this.#lower = 0;
    this.#seen = false;
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#options.signal.aborted) return;
    if (this.#looking) this.#again ||= ms === 0;
    else this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    if (!this.#followed || !this.#client) return;
    this.#looking = true;
    this.#again = false;
    const found = await observeMembers(this.#client, this.#followed.hosts);
    this.#looking = false;
    if (this.#options.signal.aborted) return;
    if (this.#again) return this.#lookIn(0);
    if (!this.#doubted && fellSilent(this.#latest, found)) {
      this.#doubted = true;
      return this.#lookIn(doubtedMs);
    }
    this.#doubted = false;
    this.#take(found);
    const { settled, hurried } = this.#followed;
    this.#lookIn(settled ? settledMs : hurried ? hurriedMs : unsettledMs);
  }

  #take(found: Observation): void {
    const before = signOf(this.#latest) + this.revisionBefore;
    const wasFresh = this.#isFresh;
    this.#latest = found;
    this.#isFresh = true;
    this.#followRevision(found);
    const isNews = before !== signOf(found) + this.revisionBefore;
    const isToKeep = this.#followed?.settled && this.revisionToKeep(new Date()) !== undefined;
    const isOverdue = !this.#followed?.settled && Date.now() - this.#saidAt > quietMs;
    if (!isNews && !isToKeep && !isOverdue && wasFresh) return;
    this.#saidAt = Date.now();
    this.#options.onNews();
  }

  /** The leader's is the highest; a member that starts takes a moment to come to its own. */
  #followRevision(observed: Observation): void {
    const revisions = answering({ observed }).filter(([, { leader }]) => leader);
    if (revisions.length === 0) return;
    const revision = Math.max(...revisions.map(([, member]) => member.revision));
    this.#seen = true;
    this.#lower = revision < this.#highest ? this.#lower + 1 : 0;
    this.#highest = Math.max(this.#highest, revision);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#client?.close();
  }
}

function fellSilent(before: Observation | undefined, found: Observation): boolean {
  return Object.entries(found).some(
    ([name, member]) => answers(before?.[name]) && !answers(member) && !isEmpty(member),
  );
}

/** What of it concerns anybody: revisions and the exact sizes change all the time. */
function signOf(observation: Observation | undefined): string {
  const all = Object.entries(observation ?? {});
  const signs = all.map(([name, member]) => {
    if (!answers(member)) return [name, member];
    const { revision, databaseBytes, usedBytes: _, alarms, ...rest } = member;
    const size = roundedSize(databaseBytes);
    // While etcd is full, what is deleted is what it waits for.
    const freed = alarms.includes("NOSPACE") ? revision : undefined;
    return [name, { ...rest, alarms, size, isLoose: isLoose(member, all.length), freed }];
  });
  return JSON.stringify(signs);
}
