import { containerOf, type Environment, labelOf } from "../environment.ts";
import type { Podman } from "../podman.ts";
import { diskExists } from "./disk-exists.ts";
import { listMachines } from "./list-machines.ts";
import { type Machine, runArguments, specOf } from "./machine.ts";
import { stopMachine } from "./stop-machine.ts";

/**
 * Makes the machine be there and run. One that was made from something else is made again around its disk. Returns
 * what had to be done.
 */
export async function ensureMachine(
  environment: Environment,
  machine: Machine,
  { podman, signal }: { podman: Podman; signal?: AbortSignal },
): Promise<"running" | "started" | "made"> {
  const container = containerOf(environment, machine.name);
  const spec = specOf(environment, machine);
  const found = (await listMachines(environment, podman)).find(({ name }) => name === machine.name);
  if (found?.spec === spec) {
    if (found.running) return "running";
    await podman(["start", container], { signal });
    return "started";
  }
  if (found) await stopMachine(container, podman);
  await podman(["rm", "--force", "--ignore", container], { signal });
  if (!(await diskExists(container, podman))) {
    await podman(["volume", "create", "--label", labelOf(environment), container], { signal });
  }
  await podman(runArguments(environment, machine, spec), { signal });
  return "made";
}
