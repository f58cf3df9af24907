import { Agent, agentMachineLabel, agentMachineNamespaceLabel } from "../../api/agent.ts";
import { AgentCluster } from "../../api/agent-cluster.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import { Cluster } from "../../api/cluster-api.ts";
import { type Controller, type Step, wait, watches } from "../../kube/controller.ts";
import type { Resource } from "../../kube/resource.ts";
import { summarizeAs } from "../summarize-as.ts";
import { bindAgent } from "./bind-agent.ts";
import { isPaused } from "./is-paused.ts";
import { releaseAgent } from "./release-agent.ts";
import { reportMachine } from "./report-machine.ts";

/** Takes a free Agent for each AgentMachine, follows its installation for Cluster API, and gives it back at the end. */
export function agentMachineController(): Controller<AgentMachine> {
  return {
    name: "agent-machine",
    kind: AgentMachine,
    finalizer: "agentmachine.agent-install.openshift.io/deprovision",
    watches: [
      watches<Agent>({
        kind: Agent,
        keysOf: ({ metadata }) => {
          const labels = metadata?.labels ?? {};
          const bound = labels[agentMachineLabel];
          // A free Agent may be what any machine waits for.
          return bound ? [`${labels[agentMachineNamespaceLabel]}/${bound}`] : undefined;
        },
      }),
      watches<AgentCluster>({ kind: AgentCluster, keysOf: inNamespace }),
      watches<Cluster>({ kind: Cluster, keysOf: inNamespace }),
    ],
    // One at a time: two machines never argue about the same host within one operator.
    workers: 1,
    reconcile: unlessPaused(async (machine, context) => {
      const bound = await bindAgent(machine, context);
      if ("reason" in bound) return bound;
      return reportMachine(machine, bound, context);
    }),
    cleanup: unlessPaused(releaseAgent),
    summarize: summarizeAs("Ready", { reason: "AsExpected", message: "" }),
  };
}

/** A paused cluster may be on its way to another management cluster: nothing is done to its hosts meanwhile. */
function unlessPaused(step: Step<AgentMachine>): Step<AgentMachine> {
  return async (machine, context) => {
    if (await isPaused(machine, context.kube)) return wait("Paused", "The cluster is paused", 600_000);
    return step(machine, context);
  };
}

function inNamespace({ metadata }: Resource, ours: () => Resource[]): string[] {
  return ours()
    .filter((machine) => machine.metadata?.namespace === metadata?.namespace)
    .map((machine) => `${machine.metadata?.namespace}/${machine.metadata?.name}`);
}
