import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "./command.ts";

/** A command found in the tree: the words that name it, and the file that is it. */
export interface Found {
  words: string[];
  file: string;
}

/** All commands below `folder`, in alphabetical order. A file is a command when it says `export default command(`. */
export function commands(folder: string): Found[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .filter((path) => isCommand(join(folder, path)))
    .map((path) => ({ words: path.slice(0, -".ts".length).split("/"), file: join(folder, path) }))
    .sort((a, b) => a.words.join(" ").localeCompare(b.words.join(" ")));
}

/** The command that the first of `words` name, as many of them as possible, and the words behind it. */
export function find(folder: string, words: readonly string[]): { found: Found; rest: string[] } | undefined {
  const end = words.findIndex((word) => !/^[a-z][a-z0-9-]*$/.test(word));
  for (let length = end < 0 ? words.length : end; length > 0; length--) {
    const path = words.slice(0, length);
    const file = `${join(folder, ...path)}.ts`;
    if (existsSync(file) && isCommand(file)) return { found: { words: path, file }, rest: words.slice(length) };
  }
}

function isCommand(file: string): boolean {
  return /^export default command\(/m.test(readFileSync(file, "utf8"));
}

/** Loads a command's file. */
export async function load(found: Found): Promise<Command> {
  return ((await import(pathToFileURL(found.file).href)) as { default: Command }).default;
}
