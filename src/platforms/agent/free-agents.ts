import type { Agent } from "../../api/agent.ts";
import type { LabelSelector } from "../../api/agent-machine.ts";
import { isFalse, isTrue } from "../../api/condition.ts";
import { matchesSelector } from "./label-selector.ts";

/** Agents that a machine may take now: approved, of no cluster, connected, and running from memory. Longest there first. */
export function freeAgents(agents: readonly Agent[], selector?: LabelSelector): Agent[] {
  return agents
    .filter((agent) => isFree(agent) && matchesSelector(agent.metadata?.labels, selector))
    .sort((a, b) => order(a).localeCompare(order(b)));
}

function isFree({ metadata, spec, status }: Agent): boolean {
  if (metadata?.deletionTimestamp || !spec.approved || spec.clusterDeploymentName) return false;
  if (isFalse(status?.conditions, "Validated")) return false;
  return status?.phase === "discovery" && isTrue(status.conditions, "Connected");
}

function order({ metadata }: Agent): string {
  return `${metadata?.creationTimestamp} ${metadata?.name}`;
}
