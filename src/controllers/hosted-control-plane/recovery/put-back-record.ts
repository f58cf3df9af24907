import { answers, isEmpty, type MemberObservation } from "../../../etcd/observe-members.ts";
import type { EtcdRecord } from "../durable-record.ts";
import type { EtcdFacts } from "../etcd/etcd-facts.ts";
import { formerRecord } from "./former-record.ts";
import { restoredRecord } from "./restored-record.ts";

/**
 * What is to be on record of an etcd that was put back to what it was before a restore: what was on record then, once
 * every wanted member says that it has its former data, or nothing again. That need not be an etcd with a quorum.
 */
export function putBackRecord(facts: EtcdFacts, id: string, below: number): EtcdRecord | undefined {
  const former = formerRecord(facts.record, id);
  if (!former) return restoredRecord(facts, (revision) => revision < below);
  return facts.wanted.every((name) => isAsBefore(facts.observed?.[name], below)) ? former : undefined;
}

function isAsBefore(member: MemberObservation | undefined, below: number): boolean {
  const revision = answers(member) ? member.revision : member?.alone?.revision;
  return revision === undefined ? isEmpty(member) : revision < below;
}
