import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Runs a program to its end and returns what it wrote to its standard output. Rejects, with the last lines it wrote to
 * its standard error, where it does not end well. `onLine` gets each line of the standard error as it comes.
 */
export async function runProcess(
  program: string,
  args: string[],
  { cwd, signal, onLine }: { cwd?: string; signal?: AbortSignal; onLine?: (line: string) => void } = {},
): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(program, args, { cwd, signal, killSignal: "SIGINT", stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  const lastLines: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  createInterface({ input: child.stderr }).on("line", (line) => {
    lastLines.push(line);
    if (lastLines.length > 12) lastLines.shift();
    onLine?.(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return Buffer.concat(output).toString();
  throw new Error(
    `${[program, ...args].join(" ").slice(0, 200)} failed with exit status ${code}:\n${lastLines.join("\n")}`,
  );
}
