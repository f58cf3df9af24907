import type { Machine } from "../../api/cluster-api.ts";
import { type ConditionUpdate, findCondition } from "../../api/condition.ts";

/** What there is to say of a pool's machines, for conditions and status. */
export interface MachineFacts {
  allMachinesReady: Omit<ConditionUpdate, "type">;
  allNodesHealthy: Omit<ConditionUpdate, "type">;
  /** What keeps machines that are to go, where something does. */
  leaving?: string;
  /** Which nodes are not ready, and why. */
  unready?: string;
  readyNodes: number;
  nodeVersions: { ocpVersion: string; kubeletVersion: string; readyNodeCount: number; unreadyNodeCount: number }[];
}

/** Summarizes machines; `wanted` is how many there are to be. */
export function machineFacts(machines: readonly Machine[], wanted: number): MachineFacts {
  return {
    allMachinesReady: summary(machines, wanted, "InfrastructureReady", "machine"),
    allNodesHealthy: summary(machines, wanted, "NodeHealthy", "node"),
    leaving: leaving(machines),
    unready: unready(machines),
    readyNodes: machines.filter(hasReadyNode).length,
    nodeVersions: nodeVersions(machines),
  };
}

/** Cluster API tells in the condition Deleting which pod or volume a machine waits for. */
function leaving(machines: readonly Machine[]): string | undefined {
  const held = machines.flatMap((machine) => {
    const deleting = findCondition(machine.status?.conditions, "Deleting");
    if (!machine.metadata?.deletionTimestamp || deleting?.status !== "True" || !deleting.message) return [];
    return [`Machine ${machine.metadata.name} is being deleted: ${deleting.message.replaceAll(/\s+/g, " ")}`];
  });
  if (held.length === 0) return undefined;
  const budget = held.some((message) => /disruption budget/i.test(message))
    ? ". Let the PodDisruptionBudget allow an eviction, or end the wait with spec.nodeDrainTimeout"
    : "";
  return `${held.join("; ")}${budget}`;
}

/** By their names in the cluster, with what Kubernetes says of them. */
function unready(machines: readonly Machine[]): string | undefined {
  const nodes = machines.flatMap((machine) => {
    const name = machine.status?.nodeRef?.name;
    if (!name || machine.metadata?.deletionTimestamp || hasReadyNode(machine)) return [];
    const message = findCondition(machine.status?.conditions, "NodeReady")?.message?.replace(/^\* Node\.Ready: /, "");
    return [`${name} is not${message ? `: ${message.replaceAll(/\s+/g, " ").replace(/\.$/, "")}` : ""}`];
  });
  return nodes.length > 0 ? nodes.join("; ") : undefined;
}

function hasReadyNode(machine: Machine): boolean {
  return (
    findCondition(machine.status?.conditions, "NodeReady")?.status === "True" && !machine.metadata?.deletionTimestamp
  );
}

function summary(
  machines: readonly Machine[],
  wanted: number,
  type: string,
  what: string,
): Omit<ConditionUpdate, "type"> {
  if (machines.length === 0) {
    if (wanted === 0) return { status: "True", reason: "AsExpected", message: `No ${what}s are wanted` };
    return { status: "False", reason: "NotFound", message: "No Machines are created" };
  }
  const bad = machines
    .map((machine) => ({ machine, condition: findCondition(machine.status?.conditions, type) }))
    .filter(({ condition }) => condition?.status !== "True");
  if (bad.length === 0) return { status: "True", reason: "AsExpected", message: "All is well" };
  const reasons = [...new Set(bad.map(({ condition }) => condition?.reason || "StatusUnknown"))].sort();
  const messages = bad.map(
    ({ machine, condition }) =>
      `Machine ${machine.metadata?.name}: ${inPlainWords(condition?.message) || condition?.reason || "no news yet"}`,
  );
  return {
    status: "False",
    reason: reasons[0] ?? "StatusUnknown",
    message: `${bad.length} of ${machines.length} ${what}s ${bad.length === 1 ? "is" : "are"} not ready\n${messages.join("\n")}`,
  };
}

/** Cluster API names the field that it waits for, which says nothing to people. */
function inPlainWords(message: string | undefined): string | undefined {
  return message?.replace(
    /^\w+ status\.(initialization\.provisioned|ready) is \S+$/,
    "what it runs on is not ready yet",
  );
}

function nodeVersions(machines: readonly Machine[]): MachineFacts["nodeVersions"] {
  const byVersion = new Map<string, MachineFacts["nodeVersions"][number]>();
  for (const machine of machines) {
    const kubeletVersion = machine.status?.nodeInfo?.kubeletVersion;
    const ocpVersion = machine.spec.version?.replace(/^v/, "");
    if (!kubeletVersion || !ocpVersion) continue;
    const key = `${ocpVersion} ${kubeletVersion}`;
    const entry = byVersion.get(key) ?? { ocpVersion, kubeletVersion, readyNodeCount: 0, unreadyNodeCount: 0 };
    if (hasReadyNode(machine)) entry.readyNodeCount++;
    else entry.unreadyNodeCount++;
    byVersion.set(key, entry);
  }
  return [...byVersion.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
