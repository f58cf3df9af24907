import { checked, text } from "../../arg.ts";
import { command } from "../../command.ts";
import { agentSelector } from "../agent-selector.ts";
import { hostCheck, nameCheck } from "../check-words.ts";
import { commonArgs, commonFlagsNotServed } from "./common-args.ts";
import { createCluster, nodePortPublishing } from "./create-cluster.ts";

export default command({
  summary: "Create a hosted cluster whose nodes are hosts that registered as Agents",
  examples: [
    "create cluster agent --name demo --agent-namespace hosts --pull-secret pull.json --base-domain example.com --external-dns-domain example.com --node-pool-replicas 2 --wait",
  ],
  notServed: commonFlagsNotServed,
  args: {
    ...commonArgs,
    agentNamespace: checked("The namespace that the hosts register in", nameCheck, {
      required: true,
      placeholder: "NAME",
    }),
    agentLabelSelector: text("Only hosts with these labels: key=value,key in (a,b)", {
      name: "agentLabelSelector",
      placeholder: "SELECTOR",
    }),
    apiServerAddress: checked("Publish the services on node ports under this address", hostCheck, {
      placeholder: "HOST",
    }),
  },
  async run(run) {
    const { args } = run;
    const agentLabelSelector = args.agentLabelSelector ? agentSelector(args.agentLabelSelector) : undefined;
    await createCluster(run, async () => ({
      platform: { type: "Agent", agent: { agentNamespace: args.agentNamespace } },
      publishing: args.externalDnsDomain
        ? { type: "LoadBalancer", domain: args.externalDnsDomain }
        : await nodePortPublishing(run, args.apiServerAddress, "--api-server-address"),
      pools: [
        { name: args.name, platform: { type: "Agent", agent: agentLabelSelector ? { agentLabelSelector } : {} } },
      ],
      upgradeType: "InPlace",
    }));
  },
});
