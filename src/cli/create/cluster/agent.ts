import { hostConsent } from "../../../api/host-consent.ts";
import { isForbidden, isNotFound } from "../../../kube/api-error.ts";
import type { Resource } from "../../../kube/resource.ts";
import { checked, text } from "../../arg.ts";
import { command, type Run } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { agentSelector } from "../agent-selector.ts";
import { hostCheck, nameCheck } from "../check-words.ts";
import { commonArgs, commonFlagsNotServed } from "./common-args.ts";
import { createCluster, nodePortPublishing } from "./create-cluster.ts";

type AgentRun = Pick<Run<Record<string, never>>, "kube" | "out"> & {
  args: { render: boolean; renderInto?: string; name: string; namespace: string; agentNamespace: string };
};

/** Gives the hosts to the cluster, where the user may; else their owner has to. */
async function consent({ args, kube, out }: AgentRun): Promise<Resource[]> {
  const objects = hostConsent({ namespace: args.agentNamespace, controlPlane: `${args.namespace}-${args.name}` });
  if (args.render || args.renderInto !== undefined) return objects;
  const management = await kube();
  try {
    for (const each of objects) await management.apply(each);
  } catch (error) {
    if (isNotFound(error)) {
      throw new UsageError(
        `--agent-namespace: the namespace ${args.agentNamespace} does not exist`,
        "create it, with an InfraEnv in it",
      );
    }
    if (!isForbidden(error)) throw error;
    out.note(
      `You may not give away the hosts of namespace ${args.agentNamespace}: the HostedCluster says what its owner has to do`,
    );
  }
  return [];
}

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
      more: await consent(run),
    }));
  },
});
