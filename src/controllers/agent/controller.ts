import { Agent } from "../../api/agent.ts";
import type { Controller } from "../../kube/controller.ts";
import type { Heartbeats } from "../../platforms/agent/heartbeats.ts";
import { bindingOf } from "../../platforms/agent/next-step.ts";
import { withConditions } from "../with-conditions.ts";
import { agentFacts } from "./agent-facts.ts";

/** How often to look whether a host still calls. */
const lookAgainMs = 30_000;

/** Says of each host how it is: connected or not, usable or not, how far its installation is, whose it is. */
export function agentController({ heartbeats }: { heartbeats: Heartbeats }): Controller<Agent> {
  return {
    name: "agent",
    kind: Agent,
    resyncMs: lookAgainMs,
    reconcile(agent, { now }) {
      const key = `${agent.metadata?.namespace}/${agent.metadata?.name}`;
      const { conditions, state, stateInfo, role } = agentFacts(agent, {
        lastHeard: heartbeats.lastHeard(key),
        hasCalled: heartbeats.hasCalled(key),
        now: now(),
      });
      const { progress } = agent.status ?? {};
      agent.status = {
        ...agent.status,
        // How far an installation is that is over is no news.
        progress: progress?.installation === bindingOf(agent) ? progress : undefined,
        role,
        debugInfo: { ...agent.status?.debugInfo, state, stateInfo },
        conditions: withConditions(agent, conditions, now()),
      };
    },
  };
}
