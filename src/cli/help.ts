import type { Arg } from "./arg.ts";
import type { Command } from "./command.ts";
import { flagOf } from "./parse.ts";

/** Flags that every command understands. */
export const globalFlags: [string, string][] = [
  ["--kubeconfig FILE", "The management cluster ($KUBECONFIG, .roost/kubeconfig of the checkout, ~/.kube/config)"],
  ["--debug", "Show the stack trace of an error (also HCP_DEBUG=1)"],
  ["-h, --help", "Show this help"],
];

/** Help for one command. */
export function commandHelp(words: readonly string[], command: Command): string {
  const args = Object.entries(command.args as Record<string, Arg<unknown>>).filter(([, arg]) => !arg.hidden);
  const slots = args.filter(([, arg]) => arg.positional);
  const flags = args.filter(([, arg]) => !arg.positional);
  const usage = ["hcp", ...words, ...slots.map(([, arg]) => slot(arg)), ...(flags.length > 0 ? ["[flags]"] : [])];
  return [
    `${command.summary}\n`,
    ...(command.description ? [`${command.description.trim()}\n`] : []),
    `Usage\n  ${usage.join(" ")}\n`,
    ...(slots.length > 0
      ? [
          section(
            "Arguments",
            slots.map(([, arg]) => [arg.placeholder ?? "", described(arg)]),
          ),
        ]
      : []),
    ...(flags.length > 0
      ? [
          section(
            "Flags",
            flags.map(([name, arg]) => [typed(name, arg), described(arg)]),
          ),
        ]
      : []),
    section("Flags of every command", globalFlags),
    ...(command.examples?.length ? [`Examples\n${command.examples.map((line) => `  hcp ${line}\n`).join("")}`] : []),
  ].join("\n");
}

/** The list of commands, whose names all start with `words`. */
export function listHelp(words: readonly string[], found: { words: string[]; summary: string }[]): string {
  return [
    ...(words.length === 0 ? ["Hosted control planes for Kubernetes\n"] : []),
    `Usage\n  ${["hcp", ...words, "<command>", "[flags]"].join(" ")}\n`,
    section(
      "Commands",
      found.map((each) => [each.words.join(" "), each.summary]),
    ),
    section("Flags of every command", globalFlags),
    `"hcp <command> --help" says more about one.\n`,
  ].join("\n");
}

function slot(arg: Arg<unknown>): string {
  const name = `${arg.placeholder}${arg.repeat ? "..." : ""}`;
  return arg.required ? name : `[${name}]`;
}

function typed(name: string, arg: Arg<unknown>): string {
  return `${arg.short ? `-${arg.short}, ` : ""}${flagOf(name, arg)}${arg.placeholder ? ` ${arg.placeholder}` : ""}`;
}

function described(arg: Arg<unknown>): string {
  const facts = [
    ...(arg.required ? ["required"] : []),
    ...(arg.repeat && !arg.positional ? ["may be repeated"] : []),
    ...(arg.absent === undefined ? [] : [`default ${arg.absent}`]),
  ];
  return facts.length > 0 ? `${arg.help} (${facts.join(", ")})` : arg.help;
}

function section(title: string, rows: [string, string][]): string {
  // A very long left side gets a line of its own instead of pushing all descriptions off the screen.
  const width = Math.min(44, Math.max(...rows.map(([left]) => left.length)));
  const lines = rows.map(([left, right]) =>
    left.length > width ? `  ${left}\n  ${" ".repeat(width)}  ${right}\n` : `  ${left.padEnd(width)}  ${right}\n`,
  );
  return `${title}\n${lines.join("")}`;
}
