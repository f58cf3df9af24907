import { Agent, agentMachineLabel, agentMachineNamespaceLabel, takenByAnnotation } from "../../api/agent.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import type { Kube } from "../../kube/kube.ts";
import { providerID } from "../../platforms/agent/installed-ignition.ts";
import { agentClusterOf } from "./agent-cluster-of.ts";

/**
 * The Agent that this machine has taken, or nothing. A machine that was restored has another uid and the same provider
 * ID; one that has none yet is known by its uid, because an earlier machine of the same name is another machine.
 *
 * It is looked for where the cluster's hosts are and nowhere else: whoever has a namespace can make an Agent there that
 * looks like any other, and would be given what the machine's host is installed with.
 */
export async function findAgent(kube: Kube, machine: AgentMachine): Promise<Agent | undefined> {
  const { metadata, spec, status } = machine;
  const namespace = status?.agentRef?.namespace ?? (await agentClusterOf(kube, machine))?.spec.agentNamespace;
  if (!namespace) return undefined;
  const agents = await kube.list(Agent, {
    namespace,
    labels: {
      [agentMachineLabel]: metadata?.name ?? "",
      [agentMachineNamespaceLabel]: metadata?.namespace ?? "",
    },
  });
  return agents.find((agent) =>
    spec.providerID
      ? providerID(agent) === spec.providerID
      : agent.metadata?.annotations?.[takenByAnnotation] === metadata?.uid,
  );
}
