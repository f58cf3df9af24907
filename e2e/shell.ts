import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this checkout. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** What a command printed, and how it ended. */
export interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

/** A program that runs. */
export interface Running {
  /** Resolves however it ends; `status` is 1 where it was killed. */
  ended: Promise<Ended>;
  /** Ends it at once, without its being told. */
  kill: () => void;
}

/** Runs a program as a user would in the checkout. `input` goes to its stdin. */
export function start(program: string, args: readonly string[], input = ""): Running {
  const child = spawn(program, args, { cwd: root });
  const ended = new Promise<Ended>((resolve, reject) => {
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ status: code ?? 1, stdout, stderr }));
    child.stdin.on("error", () => {}).end(input);
  });
  return { ended, kill: () => child.kill("SIGKILL") };
}

/** Runs a program as a user would in the checkout, and resolves however it ends. */
export const attempt = (program: string, args: readonly string[], input?: string): Promise<Ended> =>
  start(program, args, input).ended;

/** Runs a program and resolves with what it printed; rejects with all of it where it fails. */
export async function run(program: string, args: readonly string[], input?: string): Promise<string> {
  const { status, stdout, stderr } = await attempt(program, args, input);
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** `./hcp` of this checkout. */
export const hcp = (...args: string[]): Promise<string> => run("./hcp", args);
