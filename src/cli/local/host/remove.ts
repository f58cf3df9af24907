import { removeHost } from "../../../local/host/remove-host.ts";
import { positionals } from "../../arg.ts";
import { command } from "../../command.ts";
import { environmentArgs, environmentKubeconfig, environmentOptions } from "../environment-args.ts";

export default command({
  summary: "Remove hosts with their disks and Agents",
  description: "A node of a cluster is better scaled down first: its pods then move away before it is gone.",
  examples: ["local host remove host-1"],
  args: {
    names: positionals("Names of the hosts", { required: true, placeholder: "NAME" }),
    ...environmentArgs,
  },
  async run({ args, out, kube, facts }) {
    const options = {
      ...environmentOptions(args, facts),
      kube: await kube(environmentKubeconfig(args, facts)).catch(() => undefined),
    };
    for (const name of args.names) await out.step(`Removing the host ${name}`, () => removeHost(name, options));
  },
});
