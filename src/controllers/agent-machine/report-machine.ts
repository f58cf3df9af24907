import type { Agent } from "../../api/agent.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import type { MachineAddress } from "../../api/cluster-api.ts";
import { findCondition } from "../../api/condition.ts";
import { type Context, type Outcome, wait } from "../../kube/controller.ts";
import { hostnameOf, providerID } from "../../platforms/agent/installed-ignition.ts";
import { bindingOf, isInstalled, type Stage } from "../../platforms/agent/next-step.ts";

/** Stages from which on the host is on its way to be a node, and its kubelet may ask for certificates. */
const provisionedStages: readonly string[] = ["Rebooting", "Configuring", "Done"] satisfies Stage[];

/** Tells Cluster API which host the machine is, and once it is installed. */
export async function reportMachine(machine: AgentMachine, agent: Agent, { kube }: Context): Promise<Outcome> {
  const { name = "", namespace } = machine.metadata ?? {};
  const id = providerID(agent);
  if (machine.spec.providerID !== id) await kube.patch(AgentMachine, name, namespace, { spec: { providerID: id } });
  machine.spec.providerID = id;
  const { progress } = agent.status ?? {};
  const binding = bindingOf(agent);
  const current = binding !== undefined && progress?.installation === binding ? progress.currentStage : undefined;
  const here = isInstalled(agent) || provisionedStages.includes(current ?? "");
  // Never taken back: Cluster API takes a machine that was provisioned for one that stays so.
  const provisioned = here || machine.status?.initialization?.provisioned === true;
  machine.status = {
    ...machine.status,
    agentRef: { name: agent.metadata?.name ?? "", namespace: agent.metadata?.namespace ?? "" },
    addresses: addressesOf(agent),
    ready: provisioned,
    ...(provisioned ? { initialization: { provisioned } } : {}),
  };
  if (current === "Done" && isInstalled(agent)) return undefined;
  const installed = findCondition(agent.status?.conditions, "Installed");
  return wait(
    installed?.reason ?? "InstallationNotStarted",
    `Agent ${agent.metadata?.namespace}/${agent.metadata?.name}: ${installed?.message ?? "the installation has not started"}`,
    60_000,
  );
}

/** The node's name, and the addresses that the host has, without their networks. */
export function addressesOf(agent: Agent): MachineAddress[] {
  const hostname = hostnameOf(agent);
  const interfaces = agent.status?.inventory?.interfaces ?? [];
  const addresses = interfaces.flatMap((each) => [...(each.ipV4Addresses ?? []), ...(each.ipV6Addresses ?? [])]);
  return [
    { type: "Hostname", address: hostname },
    { type: "InternalDNS", address: hostname },
    ...addresses.map((address) => ({ type: "InternalIP" as const, address: address.replace(/\/.*$/, "") })),
  ];
}
