import { addHosts } from "../../../local/host/add-hosts.ts";
import { flag, integer, positionals, text } from "../../arg.ts";
import { command } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { environmentArgs, environmentKubeconfig, environmentOptions } from "../environment-args.ts";

export default command({
  summary: "Add bare-metal hosts that boot from an InfraEnv and register as Agents",
  examples: [
    "local host add",
    "local host add --count 2 --infra-env clusters/hosts --approve",
    "local host add big-one",
  ],
  args: {
    names: positionals("Names for the hosts; host-1 and so on where absent", { placeholder: "NAME" }),
    infraEnv: text("The InfraEnv to boot from; may be left out where there is only one", {
      placeholder: "NAMESPACE/NAME",
    }),
    count: integer("How many hosts, where none are named", { min: 1, max: 50 }),
    approve: flag("Wait until they have registered, and approve them"),
    ...environmentArgs,
  },
  async run({ args, out, kube, signal, facts }) {
    const { names, infraEnv, count, approve } = args;
    if (names.length > 0 && count !== undefined) throw new UsageError("--count is for hosts without names");
    const options = { ...environmentOptions(args, facts), names, infraEnv, count, approve, now: facts.now };
    const hosts = await addHosts({
      ...options,
      kube: await kube(environmentKubeconfig(args, facts)),
      steps: out,
      signal,
    });
    out.table(
      ["NAME", "ADDRESS", "AGENT"],
      hosts.map(({ name, address, id }) => [name, address, id]),
    );
  },
});
