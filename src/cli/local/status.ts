import { status } from "../../local/status.ts";
import { choice } from "../arg.ts";
import { command } from "../command.ts";
import { environmentArgs, environmentOptions } from "./environment-args.ts";
import { environmentFacts } from "./environment-facts.ts";

export default command({
  summary: "Show what runs in the local environment",
  examples: ["local status", "local status -o json"],
  args: {
    output: choice(["json", "yaml"], "Print everything that is known in this format", { short: "o" }),
    ...environmentArgs,
  },
  async run({ args, out, facts }) {
    const options = { ...environmentOptions(args, facts), now: facts.now };
    const found = await status(options);
    if (!found) throw new Error(`The environment ${args.environment} is not up; "hcp local up" makes it.`);
    if (args.output) out.objects([found], [], { format: args.output, one: true });
    else environmentFacts(found, out);
  },
});
