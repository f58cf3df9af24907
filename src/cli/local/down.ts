import { down, removeCache } from "../../local/down.ts";
import { flag } from "../arg.ts";
import { command } from "../command.ts";
import { environmentArgs, environmentOptions } from "./environment-args.ts";

export default command({
  summary: "Remove the local environment: all its machines, disks, networks and keys",
  description: "Compiled programs and images stay in the cache, so that the next `hcp local up` is quick.",
  examples: ["local down", "local down --cache"],
  args: {
    cache: flag("Remove compiled programs and images, too"),
    force: flag("Remove the environment even where another checkout made it"),
    ...environmentArgs,
  },
  async run({ args, out, signal, facts }) {
    const options = { ...environmentOptions(args, facts), force: args.force, steps: out, signal };
    await down(options);
    if (args.cache) await removeCache(options);
  },
});
