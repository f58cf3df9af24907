import { flag, text } from "./arg.ts";
import { command } from "./command.ts";

export default command({
  summary: "Show the versions of this program, the operator and the releases it can run",
  examples: ["version", "version --client-only"],
  args: {
    clientOnly: flag("Do not ask the management cluster"),
    namespace: text("Where the operator is installed", { default: "hypershift", short: "n" }),
  },
  run({ out }) {
    out.line("Client Version: 0.1.0");
  },
});
