import type { Arg } from "./arg.ts";
import { closest } from "./closest.ts";
import type { Command, Facts } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** The flag a user types for the argument called `name` in the command's `args`. */
export function flagOf(name: string, arg: Arg<unknown>): string {
  return `--${arg.name ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Turns what was typed behind the command's name into its arguments, or throws UsageError with what is wrong. */
export function parse(command: Command, words: readonly string[], facts: Facts): Record<string, unknown> {
  const args = Object.entries(command.args as Record<string, Arg<unknown>>);
  const flags = args.filter(([, arg]) => !arg.positional);
  const slots = args.filter(([, arg]) => arg.positional);
  const given = new Map<string, string[]>();
  const give = (name: string, value: string) => given.set(name, [...(given.get(name) ?? []), value]);
  const named = new Map(
    flags.flatMap(([name, arg]) =>
      [
        flagOf(name, arg),
        ...(arg.aliases ?? []).map((alias) => `--${alias}`),
        ...(arg.short ? [`-${arg.short}`] : []),
      ].map((typed) => [typed, [name, arg] as const] as const),
    ),
  );

  const rest = [...words];
  const plain: string[] = [];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      plain.push(...rest.splice(0));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      plain.push(word);
      continue;
    }
    const { typed, attached } = splitFlag(word);
    const [name, arg] = named.get(typed) ?? unknownFlag(typed, [...named.keys()], command.notServed);
    if (!arg.placeholder) give(name, attached ?? "true");
    else if (attached !== undefined) give(name, attached);
    else {
      const value = rest.shift();
      if (value === undefined || (value.startsWith("--") && named.has(splitFlag(value).typed))) {
        throw new UsageError(`${typed} needs a value (${arg.placeholder})`);
      }
      give(name, value);
    }
  }
  for (const [name, arg] of slots) {
    if (arg.repeat) for (const word of plain.splice(0)) give(name, word);
    else if (plain[0] !== undefined) give(name, plain.shift() ?? "");
  }
  if (plain[0] !== undefined) throw new UsageError(`"${plain[0]}" is one argument too many`);

  const missing = args
    .filter(([name, arg]) => arg.required && !given.has(name))
    .map(([name, arg]) => typedName(name, arg));
  if (missing.length > 0) throw new UsageError(`${listed(missing)} ${missing.length > 1 ? "are" : "is"} required`);
  return Object.fromEntries(
    args.map(([name, arg]) => [name, arg.read(given.get(name) ?? [], typedName(name, arg), facts)]),
  );
}

function typedName(name: string, arg: Arg<unknown>): string {
  return arg.positional ? (arg.placeholder ?? name) : flagOf(name, arg);
}

function splitFlag(word: string): { typed: string; attached?: string } {
  if (!word.startsWith("--")) {
    return word.length > 2 ? { typed: word.slice(0, 2), attached: word.slice(2).replace(/^=/, "") } : { typed: word };
  }
  const equals = word.indexOf("=");
  return equals < 0 ? { typed: word } : { typed: word.slice(0, equals), attached: word.slice(equals + 1) };
}

function unknownFlag(typed: string, known: string[], notServed: readonly string[] = []): never {
  if (notServed.includes(typed.replace(/^--/, ""))) {
    throw new UsageError(`${typed} is a flag of HyperShift that is not served yet`, "leave it out");
  }
  const meant = closest(typed, known);
  throw new UsageError(`there is no flag ${typed}`, meant ? `did you mean ${meant}?` : "see --help");
}

function listed(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
