import { randomUUID } from "node:crypto";
import {
  Agent,
  agentMachineLabel,
  agentMachineNamespaceLabel,
  installationAnnotation,
  takenByAnnotation,
} from "../../api/agent.ts";
import type { AgentCluster } from "../../api/agent-cluster.ts";
import type { AgentMachine } from "../../api/agent-machine.ts";
import { architectureAnnotation } from "../../api/agent-machine.ts";
import { isConflict } from "../../kube/api-error.ts";
import { type Context, type Wait, wait } from "../../kube/controller.ts";
import type { Kube } from "../../kube/kube.ts";
import { freeAgents, type Wanted } from "../../platforms/agent/free-agents.ts";
import { hostConsentProblem } from "../../platforms/agent/host-consent.ts";
import { hostnameOf } from "../../platforms/agent/installed-ignition.ts";
import { selectorText } from "../../platforms/agent/selector-text.ts";
import { agentClusterOf } from "./agent-cluster-of.ts";
import { findAgent } from "./find-agent.ts";

/**
 * The Agent of this machine. Taking one is a single write to the Agent that the API server refuses where anybody else
 * wrote to it since it was read, so no Agent is taken twice, and a machine whose operator died finds its Agent again.
 */
export async function bindAgent(machine: AgentMachine, context: Context): Promise<Agent | Wait> {
  const { kube, log } = context;
  const bound = await findAgent(kube, machine);
  if (bound) return bound;
  const cluster = await agentClusterOf(kube, machine);
  if (!cluster?.spec.agentNamespace)
    return wait("WaitingForCluster", "The AgentCluster of this machine is not there yet");
  if (machine.spec.providerID) {
    return wait(
      "AgentIsGone",
      `The Agent of ${machine.spec.providerID} was deleted or taken away: delete the Machine to get another host`,
      60_000,
    );
  }
  const { agentNamespace: namespace } = cluster.spec;
  const refused = await hostConsentProblem(kube, { namespace, controlPlane: machine.metadata?.namespace ?? "" });
  if (refused) return wait("NoConsent", refused, 60_000);
  const wanted: Wanted = {
    selector: machine.spec.agentLabelSelector,
    architecture: machine.metadata?.annotations?.[architectureAnnotation],
  };
  const agents = await kube.list(Agent, { namespace });
  // Two nodes of one name are one node to the cluster.
  const names = new Set(agents.filter((agent) => isOf(agent, cluster)).map(hostnameOf));
  for (const candidate of freeAgents(agents, wanted).filter((agent) => !names.has(hostnameOf(agent)))) {
    const taken = await take(kube, candidate, machine, cluster.metadata?.name ?? "");
    if (!taken) continue;
    log.info({ agent: taken.metadata?.name }, "took a host");
    return taken;
  }
  const which =
    (wanted.architecture ? ` of architecture ${wanted.architecture}` : "") +
    (wanted.selector ? ` whose labels match ${selectorText(wanted.selector)}` : "");
  return wait(
    "NoSuitableAgents",
    `No free and approved host${which} is connected in namespace ${namespace}: add a host, or approve one (spec.approved of its Agent)`,
    60_000,
  );
}

async function take(kube: Kube, agent: Agent, machine: AgentMachine, cluster: string): Promise<Agent | undefined> {
  const { name = "", namespace = "", uid = "" } = machine.metadata ?? {};
  try {
    return await kube.replace<Agent>({
      ...agent,
      metadata: {
        ...agent.metadata,
        labels: {
          ...agent.metadata?.labels,
          [agentMachineLabel]: name,
          [agentMachineNamespaceLabel]: namespace,
        },
        annotations: {
          ...agent.metadata?.annotations,
          [takenByAnnotation]: uid,
          // Made up anew each time: a number would be given out twice by an Agent that comes from an older backup.
          [installationAnnotation]: randomUUID(),
        },
      },
      spec: { ...agent.spec, clusterDeploymentName: { name: cluster, namespace } },
    });
  } catch (error) {
    if (isConflict(error)) return undefined;
    throw error;
  }
}

function isOf({ spec }: Agent, { metadata }: AgentCluster): boolean {
  const bound = spec.clusterDeploymentName;
  return bound?.name === metadata?.name && bound?.namespace === metadata?.namespace;
}
