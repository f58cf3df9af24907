import { up } from "../../../local/up.ts";
import { positional } from "../../arg.ts";
import { command } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { environmentArgs, environmentOptions } from "../environment-args.ts";

export default command({
  summary: "Add a management cluster to the local environment, beside the first",
  examples: ["local cluster add second"],
  args: {
    cluster: positional("Name for the cluster", { required: true }),
    ...environmentArgs,
  },
  async run({ args, out, signal, facts }) {
    if (!/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(args.cluster)) {
      throw new UsageError(
        `"${args.cluster}" cannot name a cluster: use up to 20 lower-case letters, digits and dashes, a letter first`,
      );
    }
    const options = { ...environmentOptions(args, facts), clusters: [args.cluster], now: facts.now };
    const { clusters } = await up({ ...options, steps: out, signal });
    for (const { kube } of clusters) kube.close();
    out.line(clusters.find(({ cluster }) => cluster.name === args.cluster)?.kubeconfig);
  },
});
