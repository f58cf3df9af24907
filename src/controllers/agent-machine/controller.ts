import { Agent, agentMachineLabel, agentMachineNamespaceLabel } from "../../api/agent.ts";
import { AgentCluster } from "../../api/agent-cluster.ts";
import { AgentMachine } from "../../api/agent-machine.ts";
import { type Controller, watches } from "../../kube/controller.ts";
import { withConditions } from "../with-conditions.ts";
import { bindAgent } from "./bind-agent.ts";
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
      watches<AgentCluster>({
        kind: AgentCluster,
        keysOf: ({ metadata }, ours) =>
          ours()
            .filter((machine) => machine.metadata?.namespace === metadata?.namespace)
            .map((machine) => `${machine.metadata?.namespace}/${machine.metadata?.name}`),
      }),
    ],
    // One at a time: two machines never argue about the same host within one operator.
    workers: 1,
    async reconcile(machine, context) {
      const bound = await bindAgent(machine, context);
      if ("reason" in bound) return bound;
      return reportMachine(machine, bound, context);
    },
    cleanup: releaseAgent,
    summarize(machine, { wait, error }, { now }) {
      const problem = wait ?? (error && { reason: "Error", message: error.message });
      machine.status = {
        ...machine.status,
        conditions: withConditions(
          machine,
          [
            {
              type: "Ready",
              status: problem ? "False" : "True",
              reason: problem?.reason ?? "AsExpected",
              message: problem?.message ?? "",
            },
          ],
          now(),
        ),
      };
    },
  };
}
