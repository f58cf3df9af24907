import { readFile } from "node:fs/promises";
import { defaultCluster, environmentOf } from "../../local/environment.ts";
import { kubeconfigOf } from "../../local/management-cluster/ensure-management-cluster.ts";
import { text } from "../arg.ts";
import { command } from "../command.ts";
import { environmentArgs, environmentOptions } from "./environment-args.ts";

export default command({
  summary: "Print the kubeconfig of a management cluster of the local environment",
  examples: ["local kubeconfig > mgmt.kubeconfig", "local kubeconfig --cluster second"],
  args: {
    cluster: text("The management cluster", { default: defaultCluster, placeholder: "NAME" }),
    ...environmentArgs,
  },
  async run({ args, out, facts }) {
    const path = kubeconfigOf(environmentOf(environmentOptions(args, facts)), args.cluster);
    try {
      out.raw(await readFile(path, "utf8"));
    } catch (cause) {
      throw new Error(
        `The environment ${args.environment} has no management cluster ${args.cluster}; "hcp local status" shows what there is.`,
        { cause },
      );
    }
  },
});
