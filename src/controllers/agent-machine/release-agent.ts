import { Agent, agentMachineLabel, agentMachineNamespaceLabel, installationAnnotation } from "../../api/agent.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import { isTrue } from "../../api/condition.ts";
import { type Context, type Outcome, wait } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { findAgent } from "./find-agent.ts";

/**
 * Gives the Agent of a machine that goes back to the pool: its host sees at its next call that it belongs to nobody,
 * and resets itself. The machine stays until the host runs from memory again, or is not there to do so.
 */
export async function releaseAgent(machine: AgentMachine, { kube, log }: Context): Promise<Outcome> {
  const bound = await findAgent(kube, machine);
  if (bound) {
    await unbind(kube, bound);
    log.info({ agent: bound.metadata?.name }, "gave a host back");
  }
  const reference = machine.status?.agentRef;
  const agent = reference && (await kube.get(Agent, reference.name, reference.namespace));
  // Taken by another machine meanwhile: then it was free.
  if (!agent || agent.spec.clusterDeploymentName) return undefined;
  if (agent.status?.phase !== "installed" || !isTrue(agent.status.conditions, "Connected")) return undefined;
  return wait("HostIsReset", `Waiting for host ${reference.namespace}/${reference.name} to reset itself`, 5_000);
}

async function unbind(kube: Kube, agent: Agent): Promise<void> {
  const {
    [agentMachineLabel]: _machine,
    [agentMachineNamespaceLabel]: _namespace,
    ...labels
  } = agent.metadata?.labels ?? {};
  const { [installationAnnotation]: _installation, ...annotations } = agent.metadata?.annotations ?? {};
  const { clusterDeploymentName: _cluster, ...spec } = agent.spec;
  // Written whole, so that it fails where somebody else wrote: then it is looked at again.
  await kube.replace<Agent>({ ...agent, metadata: { ...agent.metadata, labels, annotations }, spec });
}
