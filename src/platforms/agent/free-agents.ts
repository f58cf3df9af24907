import type { Agent } from "../../api/agent.ts";
import type { LabelSelector } from "../../api/agent-machine.ts";
import { isFalse, isTrue } from "../../api/condition.ts";
import { matchesSelector } from "../../kube/matches-selector.ts";
import { architectureOf } from "./architecture-of.ts";
import { isInMemory } from "./next-step.ts";

/** What a machine asks of its host. */
export interface Wanted {
  selector?: LabelSelector;
  /** As NodePools name it. Hosts that do not say which they have are taken. */
  architecture?: string;
}

/** Agents that a machine may take now: approved, of no cluster, connected, and running from memory. Longest there first. */
export function freeAgents(agents: readonly Agent[], wanted: Wanted = {}): Agent[] {
  return agents
    .filter((agent) => isFree(agent) && fits(agent, wanted))
    .sort((a, b) => order(a).localeCompare(order(b)));
}

/** Whether the machine could run on this host, be it free or not. */
export function fits(agent: Agent, { selector, architecture }: Wanted): boolean {
  const has = architectureOf(agent);
  if (architecture && has && has !== architecture) return false;
  return matchesSelector(agent.metadata?.labels, selector);
}

function isFree(agent: Agent): boolean {
  const { metadata, spec, status } = agent;
  if (metadata?.deletionTimestamp || !spec.approved || spec.clusterDeploymentName) return false;
  if (isFalse(status?.conditions, "Validated")) return false;
  return isInMemory(agent) && isTrue(status?.conditions, "Connected");
}

function order({ metadata }: Agent): string {
  return `${metadata?.creationTimestamp} ${metadata?.name}`;
}
