import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { positionals } from "./arg.ts";
import { command } from "./command.ts";
import { completions } from "./completions.ts";

export default command({
  summary: "Print what the last of these words may become; for the scripts of `hcp completion`",
  hidden: true,
  args: {
    words: positionals("What was typed so far, without hcp", { placeholder: "WORD" }),
  },
  async run({ args, out }) {
    const folder = dirname(fileURLToPath(import.meta.url));
    for (const word of await completions(folder, args.words)) out.line(word);
  },
});
