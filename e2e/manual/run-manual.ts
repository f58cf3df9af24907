import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { managementKubeconfig } from "../environment.ts";
import { eventually } from "../eventually.ts";
import { attempt, type Ended, run } from "../shell.ts";
import type { ManualCommand } from "./command.ts";

export interface RunManualOptions {
  /** Variables to begin with. */
  variables: Record<string, string>;
  /** The namespace of commands that name none. */
  namespace?: string;
  say?: (line: string) => void;
  signal?: AbortSignal;
}

/** Runs commands of the manual one after the other, as in one shell; gives what each printed, by its line. */
export async function runManual(
  commands: readonly ManualCommand[],
  { variables, namespace = "default", say = () => {}, signal }: RunManualOptions,
): Promise<Map<number, string>> {
  const folder = await mkdtemp(join(tmpdir(), "roost-manual-"));
  try {
    const kubeconfig = join(folder, "kubeconfig");
    await cp(managementKubeconfig, kubeconfig);
    const words = ["--kubeconfig", kubeconfig, "config", "set-context", "--current", "--namespace", namespace];
    await run("kubectl", words);
    const state = join(folder, "variables");
    const begin = Object.entries(variables).map(([name, value]) => `${name}='${value}'`);
    await shell({ kubeconfig, state }, begin.join("\n"));
    const printed = new Map<number, string>();
    for (const command of commands) {
      signal?.throwIfAborted();
      say(`line ${command.line}`);
      const ended = await shell({ kubeconfig, state }, command.run, command.typed);
      check(command, ended);
      printed.set(command.line, ended.stdout);
      const { until } = command;
      if (!until) continue;
      await eventually(`line ${command.line}: ${until}`, 300, async () => {
        signal?.throwIfAborted();
        const { status, stdout, stderr } = await shell({ kubeconfig, state }, until);
        if (status !== 0) throw new Error(stdout + stderr);
        return true;
      });
    }
    return printed;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function check({ line, run, fails }: ManualCommand, { status, stdout, stderr }: Ended): void {
  const said = `${stdout}${stderr}`;
  if (fails && status === 0) throw new Error(`Line ${line} does not fail any more (${fails.because}): ${run}\n${said}`);
  if (fails && !said.includes(fails.saying))
    throw new Error(`Line ${line} does not say ${fails.saying}: ${run}\n${said}`);
  if (!fails && status !== 0) throw new Error(`Line ${line} ended with ${status}: ${run}\n${said}`);
}

/** Runs a command with the variables that those before it have set. */
function shell(
  { kubeconfig, state }: { kubeconfig: string; state: string },
  command: string,
  typed?: string,
): Promise<Ended> {
  const script = `
export PATH=${join(import.meta.dirname)}:$PATH KUBECONFIG=${kubeconfig}
[ ! -e ${state} ] || . ${state}
set -o pipefail
trap 'status=$?; declare -p | grep -E "^declare -- [A-Za-z][A-Za-z_]*=" | grep -vE "^declare -- (BASH|SHELLOPTS)" > ${state}; exit $status' EXIT
${command}
`;
  return attempt("bash", ["-c", script], typed);
}
