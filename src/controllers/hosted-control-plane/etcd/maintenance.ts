import { hold } from "../../../control-plane/etcd/orders.ts";
import { type Answering, votes } from "../../../etcd/observe-members.ts";
import { answering, type EtcdFacts, leads } from "./etcd-facts.ts";
import type { EtcdStep } from "./next-step.ts";

const mebibyte = 1024 ** 2;

/** Below this there is nothing to be won. */
const worthIt = 128 * mebibyte;
/** From here on of its limit a database is made smaller whatever it costs: at the limit nothing is written any more. */
const nearLimit = 0.75;
/**
 * How much may be in use: that is copied, and meanwhile the member answers nothing. One of three takes part in the
 * quorum on its own, and who has asked it waits, for less than the 7 s after which etcd gives up; of a single one
 * everybody waits, so for about a second at most.
 */
const mostInUse = { one: 64 * mebibyte, several: 256 * mebibyte };
/** At the limit what is in use has to be this much below it: less would be full again at once. */
const enough = 0.8;
/** So full, a database is in the way of taking the alarm back. */
const full = 0.9;

/** What keeps a database small: compaction and defragmentation where etcd is full, and defragmentation now and then. */
export function maintenance(facts: EtcdFacts): EtcdStep | undefined {
  if (facts.isPaused) return undefined;
  return isFull(facts) ? freeing(facts) : defragmentation(facts);
}

/** True while etcd takes no writes because a database has reached its limit. */
export function isFull(facts: Pick<EtcdFacts, "observed">): boolean {
  return answering(facts).some(([, { alarms }]) => alarms.includes("NOSPACE"));
}

/**
 * The API server compacts every five minutes, and cannot note that down while etcd is full. Nothing is written either,
 * so that every watch has come to the revision that everything is compacted to; what is overwritten or deleted goes.
 */
function freeing(facts: EtcdFacts): EtcdStep | undefined {
  if (!isCompacted(facts)) return { do: "compact", revision: revisionOf(facts) };
  if (hasTooMuch(facts)) return undefined;
  const next = inTurn(facts).find(([, { databaseBytes, quotaBytes }]) => databaseBytes > full * quotaBytes);
  return next ? { do: "defragment", member: next[0] } : { do: "disarm", alarm: "NOSPACE" };
}

/** True where what is in use is too much, and only its owners can tell what of it may go. */
export function hasTooMuch(facts: Pick<EtcdFacts, "observed" | "compacted">): boolean {
  const isTooMuch = ({ usedBytes, quotaBytes }: Answering) => usedBytes > enough * quotaBytes;
  return isCompacted(facts) && answering(facts).some(([, member]) => isTooMuch(member));
}

const revisionOf = (facts: Pick<EtcdFacts, "observed">) =>
  Math.max(...answering(facts).map(([, { revision }]) => revision));

const isCompacted = (facts: Pick<EtcdFacts, "observed" | "compacted">) => (facts.compacted ?? 0) >= revisionOf(facts);

/** One member at a time, and only while every one is well. */
function defragmentation(facts: EtcdFacts): EtcdStep | undefined {
  const { wanted, observed, orders } = facts;
  if (!wanted.every((name) => votes(observed?.[name]) && orders[name] === hold)) return undefined;
  const next = inTurn(facts).find(([, member]) => isLoose(member, wanted.length));
  return next && { do: "defragment", member: next[0] };
}

/** True of a member whose database is mostly empty, where it can be made smaller without harm. */
export function isLoose({ databaseBytes, usedBytes, quotaBytes }: Answering, members: number): boolean {
  if (databaseBytes < worthIt || usedBytes * 2 > databaseBytes) return false;
  return usedBytes <= mostInUse[members > 1 ? "several" : "one"] || databaseBytes > nearLimit * quotaBytes;
}

/** The leader last: who has asked another one is not held up by it then. */
function inTurn(facts: EtcdFacts): [string, Answering][] {
  const members = answering(facts);
  return [...members.filter(([, member]) => !leads(member)), ...members.filter(([, member]) => leads(member))];
}
