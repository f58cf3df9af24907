import { Agent, agentMachineLabel, agentMachineNamespaceLabel, takenByAnnotation } from "../../api/agent.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import type { Kube } from "../../kube/kube.ts";
import { providerID } from "../../platforms/agent/installed-ignition.ts";

/**
 * The Agent that this machine has taken, or nothing. A machine that was restored has another uid and the same provider
 * ID; one that has none yet is known by its uid, because an earlier machine of the same name is another machine.
 */
export async function findAgent(kube: Kube, { metadata, spec }: AgentMachine): Promise<Agent | undefined> {
  const agents = await kube.list(Agent, {
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
