import { removeCluster } from "../../../local/remove-cluster.ts";
import { positional } from "../../arg.ts";
import { command } from "../../command.ts";
import { environmentArgs, environmentOptions } from "../environment-args.ts";

export default command({
  summary: "Remove a management cluster that was added, with all that runs in it",
  examples: ["local cluster remove second"],
  args: {
    cluster: positional("Name of the cluster", { required: true }),
    ...environmentArgs,
  },
  async run({ args, out, facts }) {
    const options = { ...environmentOptions(args, facts), now: facts.now };
    await out.step(`Removing the management cluster ${args.cluster}`, () => removeCluster(args.cluster, options));
  },
});
