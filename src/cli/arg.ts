import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { goDurationMs } from "../api/go-duration.ts";
import type { Facts } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** One flag or positional argument of a command: what help says of it, and how its text becomes a value. */
export interface Arg<T> {
  help: string;
  /** Stands for the value in help, such as CIDR; a flag without a value has none. */
  placeholder?: string;
  /** The flag's name where it is not the argument's name in kebab-case. */
  name?: string;
  aliases?: readonly string[];
  /** One letter. */
  short?: string;
  positional?: boolean;
  required?: boolean;
  /** The flag may be given more than once. */
  repeat?: boolean;
  /** What help says the value is where the flag is absent. */
  absent?: string;
  choices?: readonly string[];
  hidden?: boolean;
  /** `texts` holds what was typed, none where the argument is absent. Throws UsageError. `flag` is for the message. */
  read: (texts: string[], flag: string, facts: Facts) => T;
}

/** What every kind of argument understands. */
export interface Options<T> {
  default?: T;
  required?: boolean;
  name?: string;
  aliases?: readonly string[];
  short?: string;
  placeholder?: string;
  hidden?: boolean;
}

/** With a default or `required` the value is there; otherwise it may be undefined. */
type Given<T, O> = O extends { required: true } | { default: T } ? T : T | undefined;

/** The content of a file the user named. */
export interface InputFile {
  path: string;
  text: string;
}

function single<T, O extends Options<T>>(
  help: string,
  options: O | undefined,
  placeholder: string,
  parse: (text: string, flag: string, facts: Facts) => T,
): Arg<Given<T, O>> {
  const { default: fallback, ...rest } = options ?? ({} as O);
  return {
    help,
    absent: fallback === undefined || fallback === "" ? undefined : String(fallback),
    ...rest,
    placeholder: rest.placeholder ?? placeholder,
    read: (texts, flag, facts) => {
      if (texts.length > 1) throw new UsageError(`${flag} was given ${texts.length} times; it takes one value`);
      // Mostly a variable of a script that is not set: as if absent it could mean all there is, or the default.
      if (texts[0] === "") throw new UsageError(`${flag} is empty`, "give a value, or leave it out");
      return (texts[0] === undefined ? fallback : parse(texts[0], flag, facts)) as Given<T, O>;
    },
  };
}

/** A flag with any text as its value. */
export function text<const O extends Options<string> = Options<string>>(help: string, options?: O) {
  return single<string, O>(help, options, "TEXT", (value) => value);
}

/** A flag whose text must pass `check`, which returns what the text should be instead, as in "a CIDR such as 10.0.0.0/16". */
export function checked<const O extends Options<string>>(
  help: string,
  check: (value: string) => string | undefined,
  options?: O,
) {
  return single<string, O>(help, options, "TEXT", (value, flag) => {
    const instead = check(value);
    if (instead) throw new UsageError(`${flag} "${value}" is not ${instead}`);
    return value;
  });
}

/** A flag that is on where it stands alone, and takes `--flag=true` and `--flag=false`. */
export function flag(help: string, options: Options<boolean> = {}): Arg<boolean> {
  const { default: fallback = false, ...rest } = options;
  return {
    help,
    absent: fallback ? "true" : undefined,
    ...rest,
    read: (texts, name) => {
      const last = texts.at(-1);
      if (last === undefined) return fallback;
      if (/^(true|1)$/i.test(last)) return true;
      if (/^(false|0)$/i.test(last)) return false;
      throw new UsageError(`${name} "${last}" is neither true nor false`);
    },
  };
}

/** A whole number, at least `min` (0 where absent) and at most `max`. */
export function integer<const O extends Options<number> & { min?: number; max?: number } = Options<number>>(
  help: string,
  options?: O,
) {
  const {
    min = 0,
    max = Number.MAX_SAFE_INTEGER,
    ...rest
  } = (options ?? {}) as Options<number> & {
    min?: number;
    max?: number;
  };
  return single<number, O>(help, rest as O, "N", (value, flag) => {
    const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isNaN(number)) throw new UsageError(`${flag} "${value}" is not a whole number`);
    if (number < min) throw new UsageError(`${flag} ${value} is too small: ${min} is the least`);
    if (number > max) throw new UsageError(`${flag} ${value} is too large: ${max} is the most`);
    return number;
  });
}

/** A duration as Go writes it: 10m, 1h30m, 0s. The value is the text, which is what the API takes. */
export function duration<const O extends Options<string> = Options<string>>(help: string, options?: O) {
  return single<string, O>(help, options, "DURATION", (value, flag) => {
    if (goDurationMs(value) !== undefined) return value;
    throw new UsageError(`${flag} "${value}" is not a duration such as 90s, 10m or 1h30m`);
  });
}

/** One of a few words. */
export function choice<const C extends readonly string[], const O extends Options<C[number]> = Options<C[number]>>(
  choices: C,
  help: string,
  options?: O,
): Arg<Given<C[number], O>> {
  const arg = single<C[number], O>(help, options, choices.join("|"), (value, flag) => {
    const found = choices.find((each) => each.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw new UsageError(`${flag} "${value}" is none of ${choices.join(", ")}`);
    return found;
  });
  return { ...arg, choices };
}

/** A flag that may be repeated. With `separator: ","` one value may also hold several. */
export function list(
  help: string,
  options: Options<string[]> & { separator?: string; check?: (value: string) => string | undefined } = {},
): Arg<string[]> {
  const { default: fallback = [], separator, check, ...rest } = options;
  return {
    help,
    repeat: true,
    absent: fallback.length > 0 ? fallback.join(",") : undefined,
    ...rest,
    placeholder: rest.placeholder ?? "TEXT",
    read: (texts, flag) => {
      if (texts.length === 0) return fallback;
      const values = separator ? texts.flatMap((each) => each.split(separator)) : texts;
      for (const value of values) {
        const instead = check?.(value);
        if (instead) throw new UsageError(`${flag} "${value}" is not ${instead}`);
      }
      return values.filter((value) => value !== "");
    },
  };
}

/** Pairs, repeated or in one value with commas: `--node-selector role=infra,size=big`. */
export function pairs(help: string, options: Options<Record<string, string>> & { separator?: string | false } = {}) {
  const { default: fallback = {}, separator = ",", ...rest } = options;
  return {
    help,
    repeat: true,
    ...rest,
    placeholder: rest.placeholder ?? "KEY=VALUE",
    read: (texts: string[], flag: string): Record<string, string> => {
      if (texts.length === 0) return fallback;
      const parts = separator === false ? texts : texts.flatMap((each) => each.split(separator));
      return Object.fromEntries(
        parts.map((part) => {
          const equals = part.indexOf("=");
          if (equals < 1) throw new UsageError(`${flag} "${part}" is not of the form key=value`);
          return [part.slice(0, equals), part.slice(equals + 1)];
        }),
      );
    },
  } satisfies Arg<Record<string, string>>;
}

/** The path of a file that must be there; its content is read at once, so that nothing is half done without it. */
export function file<const O extends Options<InputFile> = Options<InputFile>>(help: string, options?: O) {
  return single<InputFile, O>(help, options, "FILE", (value, flag, facts) => {
    if (value === "-") return { path: "-", text: facts.stdin() };
    const path = resolve(facts.cwd, value.replace(/^~(?=\/)/, facts.home));
    try {
      return { path, text: readFileSync(path, "utf8") };
    } catch (error) {
      throw new UsageError(`${flag}: cannot read ${value}: ${whyUnreadable(error)}`);
    }
  });
}

function whyUnreadable(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "permission denied";
  if (code === "EISDIR") return "it is a folder";
  return (error as Error).message;
}

/** An argument by position, in the order of the command's `args`. */
export function positional<const O extends Options<string> = Options<string>>(help: string, options?: O) {
  return { ...single<string, O>(help, options, "NAME", (value) => value), positional: true };
}

/** All positional arguments that are left. Comes last. */
export function positionals(help: string, options: Options<string[]> = {}): Arg<string[]> {
  return { ...list(help, options), positional: true };
}
