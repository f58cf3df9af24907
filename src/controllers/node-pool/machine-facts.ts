import type { Machine } from "../../api/cluster-api.ts";
import { type ConditionUpdate, findCondition } from "../../api/condition.ts";

/** What there is to say of a pool's machines, for conditions and status. */
export interface MachineFacts {
  allMachinesReady: Omit<ConditionUpdate, "type">;
  allNodesHealthy: Omit<ConditionUpdate, "type">;
  readyNodes: number;
  nodeVersions: { ocpVersion: string; kubeletVersion: string; readyNodeCount: number; unreadyNodeCount: number }[];
}

/** Summarizes machines; `wanted` is how many there are to be. */
export function machineFacts(machines: readonly Machine[], wanted: number): MachineFacts {
  return {
    allMachinesReady: summary(machines, wanted, "InfrastructureReady", "machine"),
    allNodesHealthy: summary(machines, wanted, "NodeHealthy", "node"),
    readyNodes: machines.filter(hasReadyNode).length,
    nodeVersions: nodeVersions(machines),
  };
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
      `Machine ${machine.metadata?.name}: ${condition?.message || condition?.reason || "no news yet"}`,
  );
  return {
    status: "False",
    reason: reasons[0] ?? "StatusUnknown",
    message: `${bad.length} of ${machines.length} ${what}s ${bad.length === 1 ? "is" : "are"} not ready\n${messages.join("\n")}`,
  };
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
