import type { Kube } from "../kube/kube.ts";
import { closest } from "./closest.ts";
import type { Command, Facts } from "./command.ts";
import { commands, find, load } from "./commands.ts";
import { ExitStatus } from "./exit-status.ts";
import { fileProblem } from "./file-problem.ts";
import { commandHelp, listHelp } from "./help.ts";
import { kubeconfigPath } from "./kubeconfig-path.ts";
import type { Out } from "./out.ts";
import { parse } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

/** What `runCli` needs from the process it runs in. */
export interface Surroundings {
  /** The folder whose tree is the tree of commands. */
  folder: string;
  out: Out;
  facts: Facts;
  signal: AbortSignal;
  /** Makes a client from the kubeconfig at `path`. */
  connect: (path: string) => Promise<Kube> | Kube;
}

/** Runs one command line and returns the exit status: 0, 1 for a failure, 2 for bad input, 130 after Ctrl-C. */
export async function runCli(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, signal, facts } = surroundings;
  let debug = Boolean(facts.variables.HCP_DEBUG);
  try {
    const globals = takeGlobals(words);
    debug ||= globals.debug;
    return await dispatch(globals, surroundings);
  } catch (error) {
    if (signal.aborted) {
      if (debug && error instanceof Error) out.note(error.stack ?? error.message);
      out.note("Stopped");
      return 130;
    }
    if (error instanceof ExitStatus) return error.status;
    if (debug) out.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
    else out.note(`Error: ${messageOf(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

interface Globals {
  words: string[];
  kubeconfig?: string;
  help: boolean;
  debug: boolean;
}

/** Takes out the flags that every command has, wherever they stand before `--`. */
function takeGlobals(words: readonly string[]): Globals {
  const globals: Globals = { words: [], help: false, debug: false };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") globals.words.push(word, ...rest.splice(0));
    else if (word === "--help" || word === "-h") globals.help = true;
    else if (word === "--debug") globals.debug = true;
    else if (word === "--kubeconfig" || word.startsWith("--kubeconfig=")) {
      globals.kubeconfig = word === "--kubeconfig" ? rest.shift() : word.slice("--kubeconfig=".length);
      if (!globals.kubeconfig) throw new UsageError("--kubeconfig needs a value (FILE)");
    } else globals.words.push(word);
  }
  return globals;
}

async function dispatch(globals: Globals, { folder, out, facts, signal, connect }: Surroundings): Promise<number> {
  const words =
    globals.words[0] === "help"
      ? globals.words.slice(1)
      : // As most programs take it.
        globals.words.join(" ") === "--version"
        ? ["version", "--client-only"]
        : globals.words;
  const help = globals.help || globals.words[0] === "help";
  const match = find(folder, words);
  if (!match) {
    if (!help && words.length > 0) rejectUnknown(folder, words);
    out.raw(await helpOf(folder, words));
    return words.length === 0 && !help ? 2 : 0;
  }
  const command = await load(match.found);
  if (help) {
    out.raw(commandHelp(match.found.words, command));
    return 0;
  }
  const args = parsed(match.found.words, command, match.rest, facts);
  let kube: Promise<Kube> | undefined;
  try {
    await command.run({
      args,
      out,
      signal,
      facts,
      kube: (usual) => {
        kube ??= (async () => connect(kubeconfigPath(globals.kubeconfig, facts, usual)))();
        return kube;
      },
    });
  } finally {
    (await kube?.catch(() => undefined))?.close();
  }
  return 0;
}

function parsed(words: string[], command: Command, rest: string[], facts: Facts): Record<string, unknown> {
  try {
    return parse(command, rest, facts);
  } catch (error) {
    if (!(error instanceof UsageError) || error.hint) throw error;
    throw new UsageError(error.message, `see "hcp ${words.join(" ")} --help"`);
  }
}

async function helpOf(folder: string, words: readonly string[]): Promise<string> {
  const inside = commands(folder).filter((each) => words.every((word, index) => each.words[index] === word));
  if (inside.length === 0) rejectUnknown(folder, words);
  const loaded = await Promise.all(inside.map(async (each) => ({ words: each.words, command: await load(each) })));
  return listHelp(
    words,
    loaded
      .filter(({ command }) => !command.hidden)
      .map((each) => ({ words: each.words, summary: each.command.summary })),
  );
}

/** Says which command was meant; a word that only opens a group gets the group's commands. */
function rejectUnknown(folder: string, words: readonly string[]): void {
  // What shells call to complete a line is nothing that people type.
  const all = commands(folder)
    .map((each) => each.words)
    .filter(([first]) => first !== "complete");
  let group: string[] = [];
  for (const word of words) {
    const next = [
      ...new Set(
        all
          .filter((each) => group.every((part, index) => each[index] === part))
          .map((each) => each[group.length] ?? ""),
      ),
    ].filter(Boolean);
    if (next.includes(word)) {
      group = [...group, word];
      continue;
    }
    if (word.startsWith("-") && group.length === 0) throw new UsageError(`there is no flag ${word}`, "see --help");
    const meant = word.startsWith("-") ? undefined : closest(word, next);
    const choices = meant ? `did you mean "hcp ${[...group, meant].join(" ")}"?` : `there is ${next.join(", ")}`;
    throw new UsageError(
      word.startsWith("-")
        ? `"hcp ${group.join(" ")}" needs to know what: ${next.join(", ")}`
        : `there is no command "hcp ${[...group, word || '""'].join(" ")}"`,
      word.startsWith("-") ? "see --help" : choices,
    );
  }
  if (group.length > 0) {
    const next = [
      ...new Set(
        all
          .filter((each) => group.every((part, index) => each[index] === part))
          .map((each) => each[group.length] ?? ""),
      ),
    ];
    throw new UsageError(`"hcp ${group.join(" ")}" needs to know what: ${next.join(", ")}`, "see --help");
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = (fileProblem(error) ?? error.message).trim().replace(/\.$/, "");
  return error instanceof UsageError && error.hint ? `${message}; ${error.hint}` : message;
}
