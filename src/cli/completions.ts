import type { Arg } from "./arg.ts";
import { commands, find, load } from "./commands.ts";
import { flagOf } from "./parse.ts";

/** What the last of `words` may become: the next word of a command, a flag of it, or a value that a flag may have. */
export async function completions(folder: string, words: readonly string[]): Promise<string[]> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const match = find(folder, before);
  if (!match || (match.rest.length === 0 && !typed.startsWith("-"))) {
    const next = commands(folder)
      .filter((each) => before.every((word, index) => each.words[index] === word))
      .map((each) => each.words[before.length] ?? "");
    const hidden = before.length === 0 ? ["complete"] : [];
    return [...new Set(next)].filter((word) => word.startsWith(typed) && word !== "" && !hidden.includes(word));
  }
  const args = Object.entries((await load(match.found)).args as Record<string, Arg<unknown>>);
  const flags = args
    .filter(([, arg]) => !arg.positional && !arg.hidden)
    .map(([name, arg]) => ({ flag: flagOf(name, arg), arg }));
  const waiting = flags.find(({ flag, arg }) => flag === before.at(-1) && arg.placeholder);
  const candidates = waiting ? (waiting.arg.choices ?? []) : flags.map(({ flag }) => flag);
  return candidates.filter((each) => each.startsWith(typed));
}
