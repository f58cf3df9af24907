import type { Kube } from "../kube/kube.ts";
import type { Arg } from "./arg.ts";
import type { Out } from "./out.ts";

/** What a command knows of the machine and the shell it was started in. */
export interface Facts {
  /** The folder of this checkout. */
  root: string;
  cwd: string;
  home: string;
  variables: Readonly<Record<string, string | undefined>>;
  now: () => Date;
  /** Bytes that nobody can guess; tests give others. */
  random: (bytes: number) => Buffer;
  /** Everything on stdin, for arguments given as `-`. */
  stdin: () => string;
}

/** The type of `args` in `run`: one property for each entry of the command's `args`. */
export type Values<A extends Record<string, Arg<unknown>>> = {
  [Name in keyof A]: A[Name] extends Arg<infer T> ? T : never;
};

/** What a command is given to work with; it touches nothing else. */
export interface Run<A extends Record<string, Arg<unknown>>> {
  args: Values<A>;
  /** Results, progress and notes. Never the console. */
  out: Out;
  /** The management cluster of `--kubeconfig`, else of the file given, else where one is looked for; connects once. */
  kube: (kubeconfig?: string) => Promise<Kube>;
  /** Aborts when the user presses Ctrl-C. */
  signal: AbortSignal;
  facts: Facts;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of commands holds commands of any arguments
export interface Command<A extends Record<string, Arg<unknown>> = any> {
  /** One line for the list of commands, without a period. */
  summary: string;
  /** A paragraph or more for `--help`. */
  description?: string;
  /** Lines that work when copied, without the leading `hcp`. */
  examples?: string[];
  /** Not in the list of commands. */
  hidden?: boolean;
  /** Flags that HyperShift's command has and this one does not yet: named with `--`, they get a sentence of their own. */
  notServed?: readonly string[];
  args: A;
  /** Resolves when the work is done; throws UsageError for bad input (exit status 2), anything else for a failure (1). */
  run: (run: Run<A>) => Promise<void> | void;
}

/**
 * A command of `hcp`: the default export of a file below src/cli, whose path is what the user types
 * (`create/cluster/agent.ts` is `hcp create cluster agent`). Nothing registers it.
 */
export function command<A extends Record<string, Arg<unknown>>>(definition: Command<A>): Command<A> {
  return definition;
}
