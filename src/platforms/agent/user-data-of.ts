import { type Agent, agentMachineLabel, agentMachineNamespaceLabel } from "../../api/agent.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import { Machine } from "../../api/cluster-api.ts";
import type { IgnitionConfig } from "../../ignition/config.ts";
import { HttpError } from "../../ignition/https-server.ts";
import { Secret } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";

/** The user data of the machine that an Agent is bound to: Agent, AgentMachine, Machine, bootstrap Secret. */
export async function userDataOf(kube: Kube, agent: Agent): Promise<IgnitionConfig> {
  const labels = agent.metadata?.labels ?? {};
  const namespace = labels[agentMachineNamespaceLabel] ?? "";
  const agentMachine = await kube.get(AgentMachine, labels[agentMachineLabel] ?? "", namespace);
  const owner = agentMachine?.metadata?.ownerReferences?.find((each) => each.kind === "Machine");
  const machine = owner && (await kube.get(Machine, owner.name, namespace));
  const name = machine?.spec.bootstrap.dataSecretName;
  const secret = name ? await kube.get(Secret, name, namespace) : undefined;
  const value = secret?.data?.value;
  if (!value) throw new HttpError(503, "The configuration of this host's machine is not there yet");
  return JSON.parse(Buffer.from(value, "base64").toString("utf8")) as IgnitionConfig;
}
