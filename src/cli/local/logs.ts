import { findMachine } from "../../local/machine/find-machine.ts";
import { createPodman } from "../../local/podman.ts";
import { positional } from "../arg.ts";
import { command } from "../command.ts";
import { environmentArgs, environmentOptions } from "./environment-args.ts";

export default command({
  summary: "Print what the firmware of a machine said while it booted",
  examples: ["local logs host-1"],
  args: {
    machine: positional("Name of the machine", { required: true }),
    ...environmentArgs,
  },
  async run({ args, out, facts }) {
    const options = environmentOptions(args, facts);
    const { container } = await findMachine(args.machine, options);
    const podman = await createPodman(options.cache);
    out.raw(await podman(["logs", container]));
  },
});
