import { type Host, listHosts } from "../../../local/host/list-hosts.ts";
import { choice } from "../../arg.ts";
import { command } from "../../command.ts";
import { environmentArgs, environmentKubeconfig, environmentOptions } from "../environment-args.ts";

export default command({
  summary: "List the hosts of the local environment and their Agents",
  examples: ["local host list"],
  args: {
    output: choice(["wide", "json", "yaml", "name"], "Another format", { short: "o" }),
    ...environmentArgs,
  },
  async run({ args, out, kube, facts }) {
    const hosts = await listHosts({
      ...environmentOptions(args, facts),
      kube: await kube(environmentKubeconfig(args, facts)).catch(() => undefined),
    });
    out.objects(
      hosts,
      [
        { title: "NAME", value: ({ name }) => name },
        { title: "ADDRESS", value: ({ address }) => address },
        { title: "POWER", value: ({ running }) => (running ? "on" : "off") },
        { title: "INFRAENV", value: ({ infraEnv }) => infraEnv },
        { title: "STATE", value: agentOf },
        { title: "CLUSTER", value: ({ agent }) => agent?.spec.clusterDeploymentName?.name },
        { title: "ID", value: ({ id }) => id, wide: true },
      ],
      { format: args.output, none: 'There are no hosts; "hcp local host add" makes one.' },
    );
  },
});

/** In the words of `kubectl get agents`. */
function agentOf({ agent }: Host): string {
  return agent ? (agent.status?.debugInfo?.state ?? "discovering") : "not registered";
}
