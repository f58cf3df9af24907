import { Agent, agentMachineLabel, agentMachineNamespaceLabel, installationAnnotation } from "../../api/agent.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import type { Kube } from "../../kube/kube.ts";

/** The Agent that this machine has taken, or nothing. An earlier machine of the same name is another machine. */
export async function findAgent(kube: Kube, { metadata }: AgentMachine): Promise<Agent | undefined> {
  const agents = await kube.list(Agent, {
    labels: {
      [agentMachineLabel]: metadata?.name ?? "",
      [agentMachineNamespaceLabel]: metadata?.namespace ?? "",
    },
  });
  return agents.find((agent) => agent.metadata?.annotations?.[installationAnnotation] === metadata?.uid);
}
