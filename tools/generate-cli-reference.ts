import { join } from "node:path";
import type { Command } from "../src/cli/command.ts";
import { commands, load } from "../src/cli/commands.ts";
import { commandHelp, globalFlags } from "../src/cli/help.ts";

const folder = join(import.meta.dirname, "..", "src", "cli");

/** The reference of the command line as Markdown: for each command what its `--help` prints. */
export async function cliReference(): Promise<string> {
  const found = await Promise.all(commands(folder).map(async (each) => ({ ...each, command: await load(each) })));
  const shown = found
    .filter(({ command }) => !command.hidden)
    .map(({ words, command }) => ({ words, name: ["hcp", ...words].join(" "), command }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    "<!-- Written by `npm run generate` from the commands in src/cli: change those instead. -->",
    "# The command line",
    "What `hcp <command> --help` prints, for every command. From a checkout the program is `./hcp`. The exit status is 0, or\n1 for a failure, 2 for something that was typed wrong, and 130 after Ctrl-C. Results go to stdout, progress and errors to\nstderr.",
    `| command | |\n|---|---|\n${shown.map(({ name, command }) => `| [\`${name}\`](#${anchor(name)}) | ${cell(command.summary)} |`).join("\n")}`,
    `Every command also takes:\n\n| flag | |\n|---|---|\n${globalFlags.map(([flag, text]) => `| \`${flag}\` | ${cell(text)} |`).join("\n")}`,
    ...shown.map(({ name, words, command }) => section(name, words, command)),
  ]
    .join("\n\n")
    .concat("\n");
}

function section(name: string, words: string[], command: Command): string {
  return `## ${name}\n\n\`\`\`text\n${commandHelp(words, command).trim()}\n\`\`\``;
}

/** How Markdown viewers name the place of a heading. */
function anchor(heading: string): string {
  return heading.replaceAll(" ", "-");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
