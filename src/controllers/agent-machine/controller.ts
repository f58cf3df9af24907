import { Agent, agentMachineLabel, agentMachineNamespaceLabel } from "../../api/agent.ts";
import { AgentCluster } from "../../api/agent-cluster.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import { Cluster } from "../../api/cluster-api.ts";
import { type Controller, type Reconcile, watches } from "../../kube/controller.ts";
import type { Resource } from "../../kube/resource.ts";
import { keyOf } from "../../kube/watch.ts";
import { summarizeAs } from "../summarize-as.ts";
import { bindAgent } from "./bind-agent.ts";
import { pauseOf } from "./pause-of.ts";
import { releaseAgent } from "./release-agent.ts";
import { reportMachine } from "./report-machine.ts";
import { publishUserData } from "./user-data.ts";

/** Takes a free Agent for each AgentMachine, follows its installation for Cluster API, and gives it back at the end. */
export function agentMachineController({ operatorNamespace }: { operatorNamespace: string }): Controller<AgentMachine> {
  return {
    name: "agent-machine",
    kind: AgentMachine,
    finalizer: "agentmachine.agent-install.openshift.io/deprovision",
    watches: [
      watches<Agent>({
        kind: Agent,
        keysOf: ({ metadata }, ours) => {
          const labels = metadata?.labels ?? {};
          const bound = labels[agentMachineLabel];
          // A free Agent may be what a machine without one waits for, or what one that goes has given back.
          return bound ? [`${labels[agentMachineNamespaceLabel]}/${bound}`] : ours().filter(waitsForAny).map(keyOf);
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
      await publishUserData(context.kube, operatorNamespace, machine, bound);
      return reportMachine(machine, bound, context);
    }),
    cleanup: unlessPaused((machine, context) => releaseAgent(machine, context, operatorNamespace)),
    summarize: summarizeAs("Ready", { reason: "AsExpected", message: "" }),
  };
}

/** A paused cluster may be on its way to another management cluster: nothing is done to its hosts meanwhile. */
function unlessPaused(reconcile: Reconcile<AgentMachine>): Reconcile<AgentMachine> {
  return async (machine, context) => (await pauseOf(machine, context.kube)) ?? reconcile(machine, context);
}

function waitsForAny(object: Resource): boolean {
  return !(object as AgentMachine).spec.providerID || object.metadata?.deletionTimestamp !== undefined;
}

function inNamespace({ metadata }: Resource, ours: () => Resource[]): string[] {
  return ours()
    .filter((machine) => machine.metadata?.namespace === metadata?.namespace)
    .map(keyOf);
}
