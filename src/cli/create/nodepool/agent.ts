import { text } from "../../arg.ts";
import { command } from "../../command.ts";
import { agentSelector } from "../agent-selector.ts";
import { commonArgs } from "./common-args.ts";
import { createNodePool } from "./create-node-pool.ts";

export default command({
  summary: "Create a NodePool of hosts that registered as Agents",
  examples: [`create nodepool agent --cluster-name demo --name big --replicas 3 --agentLabelSelector "size=big"`],
  args: {
    ...commonArgs,
    agentLabelSelector: text("Only hosts with these labels: key=value,key in (a,b)", {
      name: "agentLabelSelector",
      placeholder: "SELECTOR",
    }),
  },
  async run(run) {
    const { agentLabelSelector } = run.args;
    const selector = agentLabelSelector ? { agentLabelSelector: agentSelector(agentLabelSelector) } : {};
    await createNodePool(run, { platform: () => ({ type: "Agent", agent: selector }), upgradeType: "InPlace" });
  },
});
