import { spawn } from "node:child_process";
import { findMachine } from "../../local/machine/find-machine.ts";
import { podmanCommand } from "../../local/podman.ts";
import { positional, positionals } from "../arg.ts";
import { command } from "../command.ts";
import { ExitStatus } from "../exit-status.ts";
import { environmentArgs, environmentOptions } from "./environment-args.ts";

export default command({
  summary: "Run a shell, or another command, in a machine of the local environment",
  examples: ["local shell mgmt", "local shell host-1 -- journalctl -u kubelet"],
  args: {
    machine: positional("Name of the machine", { required: true }),
    command: positionals("What to run; a shell where absent", { placeholder: "COMMAND" }),
    ...environmentArgs,
  },
  async run({ args, out, facts }) {
    const options = environmentOptions(args, facts);
    const { container } = await findMachine(args.machine, options);
    const terminal = out.live && args.command.length === 0 ? ["--tty"] : [];
    const inside = args.command.length > 0 ? args.command : ["bash", "--login"];
    const [program = "env", ...fixed] = podmanCommand(options.cache);
    const child = spawn(program, [...fixed, "exec", "--interactive", ...terminal, container, ...inside], {
      stdio: "inherit",
    });
    const status = await new Promise<number | null>((resolve, reject) =>
      child.on("error", reject).on("close", resolve),
    );
    if (status !== 0) throw new ExitStatus(status ?? 1);
  },
});
